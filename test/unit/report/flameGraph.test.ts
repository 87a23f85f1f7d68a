import * as assert from "node:assert/strict";
import { flameGraphPage } from "../../../src/report/flameGraph";

describe("The page of flame graphs", () => {
  const profiles = new Map([
    ["cpu", Buffer.from("first")],
    ["heap", Buffer.from("second")],
  ]);

  it("holds every profile, and links to each", async () => {
    const page = await flameGraphPage("op", profiles);
    for (const [kind, bytes] of profiles) {
      const data =
        new RegExp(`<script type="text/plain" data-profile="${kind}">([^<]*)</script>`).exec(page)?.[1] ?? "";
      assert.deepEqual(Buffer.from(data, "base64"), bytes);
      assert.ok(page.includes(`<a href="?profile=${kind}">${kind}</a>`));
    }
  });

  it("loads nothing from anywhere", async () => {
    const page = await flameGraphPage("op", profiles);
    assert.doesNotMatch(page, /<(?:script|link|img|iframe)[^>]*\b(?:src|href)=/);
    assert.doesNotMatch(page, /@import|url\(/);
  });

  it("holds its program whole, and that program's licence", async () => {
    const page = await flameGraphPage("op", profiles);
    const scripts = [...page.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]!);
    assert.equal(scripts.length, profiles.size + 2);
    for (const script of scripts.slice(profiles.size)) assert.doesNotThrow(() => new Function(script));
    assert.match(
      page,
      /^<!DOCTYPE html>\n<!--[\s\S]*MIT License[\s\S]*Copyright[\s\S]*Permission is hereby granted[\s\S]*?-->\n<html>/,
    );
  });

  it("has a safe title", async () => {
    const page = await flameGraphPage("</title><script>x", profiles);
    assert.ok(page.includes("<title>&lt;/title&gt;&lt;script&gt;x</title>"));
  });
});
