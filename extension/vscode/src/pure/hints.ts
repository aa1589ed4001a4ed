/** Advice of the server that names a command of the terminal: here it is a button. */

export interface Button {
  title: string;
  command: string;
}

const DOWNLOAD: Button = { title: 'Download Models', command: 'hotseat.pullAll' };
const DOCTOR: Button = { title: 'Run the Doctor', command: 'hotseat.doctor' };
const STATISTICS: Button = { title: 'Show Statistics', command: 'hotseat.showStatistics' };
const ROSTER: Button = { title: 'Open experts.yaml', command: 'hotseat.openRoster' };

const OF_COMMANDS: readonly [pattern: RegExp, button: Button][] = [
  [ofTerminal('pull'), DOWNLOAD],
  [ofTerminal('doctor'), DOCTOR],
  [ofTerminal('stats'), STATISTICS],
];

/** What the text advises to run or to edit. */
export function buttonsFor(text: string): Button[] {
  const found = OF_COMMANDS.filter(([pattern]) => text.search(pattern) >= 0);
  const buttons = found.map(([, button]) => button);
  return text.includes('experts.yaml') ? [...buttons, ROSTER] : buttons;
}

/** The text with the commands of the terminal replaced by the names of their buttons. */
export function withoutTerminal(text: string): string {
  return OF_COMMANDS.reduce(
    (said, [pattern, { title }]) =>
      said.replace(pattern, (_, run?: string) => `${run ? 'Press ' : ''}"${title}"`),
    text,
  );
}

/** `hotseat NAME` with its arguments, between backticks or not. */
function ofTerminal(name: string): RegExp {
  return new RegExp(
    `(\\bRun )?(?:\`hotseat ${name}\\b[^\`]*\`|\\bhotseat ${name}\\b(?: [\\w:/.@-]*\\w)?)`,
    'g',
  );
}
