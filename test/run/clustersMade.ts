/** How many clusters the tests of this process have had made, for the reporter's table. */
export const clustersMade = { count: 0 };
