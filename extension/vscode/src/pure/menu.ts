/** The menu of the status bar's entry: what it offers, depending on what is on. */

/** `hotseat.suggestions`. */
export type Mode = 'on' | 'byHand' | 'off';

export interface MenuState {
  mode: Mode;
  isSnoozed: boolean;
  /** Of the active file. */
  languageId: string | undefined;
  isLanguageOn: boolean;
  /** `2 models (351 MB)`; empty if none is missing. */
  needed: string;
  /** Whether the server runs. */
  isRunning: boolean;
}

export type MenuEntry =
  | { separator: string }
  | { label: string; detail?: string; command: string; argument?: Mode };

const MODES: readonly [mode: Mode, label: string, detail: string][] = [
  ['on', 'Suggestions on', 'They appear while you type'],
  ['byHand', 'Suggestions only by hand', 'They appear when you press Alt+\\'],
  ['off', 'Suggestions off', 'None appear, in any language, until you switch them on'],
];

export function menuEntries(state: MenuState): MenuEntry[] {
  const { mode, isSnoozed, languageId, isLanguageOn, needed, isRunning } = state;
  const command = (label: string, name: string): MenuEntry => ({
    label,
    command: `hotseat.${name}`,
  });
  if (!isRunning) {
    return [
      command('$(debug-restart) Start the server', 'restart'),
      command('$(output) Show the log', 'showLog'),
      command('$(gear) Settings', 'openSettings'),
    ];
  }
  return [
    ...(needed ? [command(`$(cloud-download) Download ${needed}`, 'pullAll')] : []),
    { separator: 'Suggestions' },
    ...MODES.map(([one, label, detail]) => ({
      label: `$(${one === mode ? 'check' : 'blank'}) ${label}`,
      detail,
      command: 'hotseat.setMode',
      argument: one,
    })),
    command(isSnoozed ? '$(bell) End snoozing' : '$(bell-slash) Snooze…', 'snooze'),
    ...(languageId === undefined
      ? []
      : [
          command(
            `$(code) Turn suggestions ${isLanguageOn ? 'off' : 'on'} for ${languageId}`,
            'toggleLanguage',
          ),
        ]),
    { separator: 'Models' },
    command('$(flame) Experts', 'showExperts'),
    command('$(pulse) Doctor', 'doctor'),
    command('$(graph) Statistics', 'showStatistics'),
    command('$(edit) Open experts.yaml', 'openRoster'),
    { separator: 'More' },
    command('$(comment) Ask…', 'focusAsk'),
    command('$(eye) Show what would be sent', 'showPrompt'),
    command('$(gear) Settings', 'openSettings'),
    command('$(mortar-board) Get started', 'openWalkthrough'),
  ];
}
