/** The settings, read. Those that the server has too are named after its own options. */

import * as vscode from 'vscode';

import type { Mode } from './pure/menu.ts';
import type { LanguageSwitches } from './pure/quiet.ts';

/** Settings that go to the server as `initializationOptions`, under the same name. */
export const SERVER_SETTINGS = [
  'roster',
  'engineUrl',
  'budgetBytes',
  'watchFiles',
  'indexSymbols',
  'forecast',
  'debounceMs',
  'maxLines',
  'sendOpenFiles',
  'nextEdits',
] as const;

/** A change of one of these needs another server. */
const RESTARTING = ['serverPath', 'pythonPath', 'logLevel', ...SERVER_SETTINGS];

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('hotseat');
}

export function serverPath(): string {
  return settings().get('serverPath', '').trim();
}

export function pythonPath(): string {
  return settings().get('pythonPath', '').trim();
}

export function logLevel(): string {
  return settings().get('logLevel', 'warning');
}

export function initializationOptions(): Record<string, unknown> {
  const options: Record<string, unknown> = { trusted: vscode.workspace.isTrusted };
  for (const name of SERVER_SETTINGS) {
    const value = settings().get<unknown>(name);
    if (value !== null && value !== '') {
      options[name] = value;
    }
  }
  return options;
}

/** Options of the command line for the engine and the roster that the editor uses. */
export function engineArguments(): string[] {
  const { roster, engineUrl } = initializationOptions();
  return [
    ...(typeof roster === 'string' ? ['--roster', roster] : []),
    ...(typeof engineUrl === 'string' ? ['--engine-url', engineUrl] : []),
  ];
}

/** The same for the file that the user edits: that of the setting, if it names one. */
export function rosterFileArguments(): string[] {
  const { roster } = initializationOptions();
  return typeof roster === 'string' && /[./\\]/.test(roster) ? ['--roster', roster] : [];
}

export function nextEdits(): boolean {
  return settings().get('nextEdits', true);
}

export function mode(): Mode {
  return settings().get<Mode>('suggestions', 'on');
}

/** Nothing is written for the default. */
export async function setMode(mode: Mode): Promise<void> {
  const value = mode === 'on' ? undefined : mode;
  await settings().update('suggestions', value, vscode.ConfigurationTarget.Global);
}

export function languageSwitches(): LanguageSwitches {
  return settings().get<LanguageSwitches>('languages', {});
}

/** The user's own, without the default. */
export function ownLanguageSwitches(): LanguageSwitches {
  return settings().inspect<LanguageSwitches>('languages')?.globalValue ?? {};
}

export async function setLanguageSwitches(switches: LanguageSwitches | undefined): Promise<void> {
  await settings().update('languages', switches, vscode.ConfigurationTarget.Global);
}

/** Whether suggestions may be shown or not now where they were not or were before. */
export function changesQuiet(event: vscode.ConfigurationChangeEvent): boolean {
  return ['suggestions', 'languages'].some((name) => event.affectsConfiguration(`hotseat.${name}`));
}

export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return RESTARTING.some((name) => event.affectsConfiguration(`hotseat.${name}`));
}
