/** Whether suggestions are shown: on, only by hand or off; snoozed; off for a language. */

import type { Mode } from './menu.ts';

/** `hotseat.languages`: language id → whether; `*` is all others. */
export type LanguageSwitches = Readonly<Record<string, boolean>>;

/** What decides whether suggestions are shown. */
export interface Quiet {
  mode: Mode;
  snoozedUntilMs: number;
  switches: LanguageSwitches;
}

export function isOn(switches: LanguageSwitches, languageId: string): boolean {
  return switches[languageId] ?? switches['*'] ?? true;
}

/**
 * What the user's own settings are to hold so that `languageId` is the other way round: only what
 * differs from the default; undefined for nothing. `effective` are the switches that count now.
 */
export function toggled(
  own: LanguageSwitches,
  effective: LanguageSwitches,
  languageId: string,
): LanguageSwitches | undefined {
  const on = !isOn(effective, languageId);
  const { [languageId]: _old, '*': all = true, ...others } = own;
  const switches = {
    ...(all ? {} : { '*': false }),
    ...others,
    ...(on === all ? {} : { [languageId]: on }),
  };
  return Object.keys(switches).length > 0 ? switches : undefined;
}

/** Whether a request is answered with nothing. */
export function isSilent(
  quiet: Quiet,
  nowMs: number,
  languageId: string,
  isByHand: boolean,
): boolean {
  if (quiet.mode === 'byHand' && !isByHand) {
    return true;
  }
  const isOff = quiet.mode === 'off' || !isOn(quiet.switches, languageId);
  return isOff || nowMs < quiet.snoozedUntilMs;
}

/** Why there are none now, or only by hand; undefined: they are shown. */
export function quietReason(
  quiet: Quiet,
  nowMs: number,
  languageId: string | undefined,
): string | undefined {
  if (quiet.mode === 'off') {
    return 'Suggestions are off';
  }
  if (nowMs < quiet.snoozedUntilMs) {
    const minutes = Math.ceil((quiet.snoozedUntilMs - nowMs) / 60_000);
    return `Suggestions are snoozed for ${minutes} min`;
  }
  if (languageId !== undefined && !isOn(quiet.switches, languageId)) {
    return `Suggestions are off for ${languageId}`;
  }
  return quiet.mode === 'byHand' ? 'Suggestions come only by hand (Alt+\\)' : undefined;
}
