/** Whether suggestions are shown: snoozed for a while, or switched off for a language. */

/** `hotseat.languages`: language id → whether; `*` is all others. */
export type LanguageSwitches = Readonly<Record<string, boolean>>;

export function isOn(switches: LanguageSwitches, languageId: string): boolean {
  return switches[languageId] ?? switches['*'] ?? true;
}

/** The switches with `languageId` the other way round; no entry that says what `*` says anyway. */
export function toggled(switches: LanguageSwitches, languageId: string): LanguageSwitches {
  const on = !isOn(switches, languageId);
  const { [languageId]: _old, ...others } = switches;
  return on === (others['*'] ?? true) ? others : { ...others, [languageId]: on };
}

/** Why there are none now; undefined: they are shown. */
export function quietReason(
  snoozedUntilMs: number,
  nowMs: number,
  switches: LanguageSwitches,
  languageId: string | undefined,
): string | undefined {
  if (nowMs < snoozedUntilMs) {
    return `Suggestions are snoozed for ${Math.ceil((snoozedUntilMs - nowMs) / 60_000)} min`;
  }
  if (languageId !== undefined && !isOn(switches, languageId)) {
    return `Suggestions are off for ${languageId}`;
  }
  return undefined;
}
