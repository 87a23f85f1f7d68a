/** What the go command says, how it says it, and what its user can do. */
const known: readonly { readonly says: RegExp; readonly advice: string }[] = [
  {
    says: /not one of the workspace modules listed in go\.work/,
    advice:
      "A go.work above the source leaves its module out: run `go work use` on the module, or set GOWORK to off in `build.env`.",
  },
  {
    says: /-mod=vendor|inconsistent vendoring/,
    advice: "The vendor folder is not whole: run `go mod vendor`, or remove the folder.",
  },
];

/**
 * The way out of what the go command objects to, where that is known.
 * @param words the go command's
 * @returns a sentence
 */
export function goAdvice(words: string): string | undefined {
  return known.find(({ says }) => says.test(words))?.advice;
}
