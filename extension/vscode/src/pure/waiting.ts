/** What is shown until the first word of an answer. */

/** As in `go is loading, 3 s`. */
export function waitingWords(note: string, waitedS: number): string {
  const what = note || 'waiting for the first word';
  return waitedS > 0 ? `${what}, ${waitedS} s` : `${what}…`;
}
