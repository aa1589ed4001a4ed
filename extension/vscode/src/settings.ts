/** The settings, read. Those that the server has too are named after its own options. */

import * as vscode from 'vscode';

import type { LanguageSwitches } from './pure/quiet.ts';

/** Settings that go to the server as `initializationOptions`, under the same name. */
export const SERVER_SETTINGS = [
  'roster',
  'engineUrl',
  'budgetBytes',
  'watchFiles',
  'forecast',
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

export function languageSwitches(): LanguageSwitches {
  return settings().get<LanguageSwitches>('languages', {});
}

export async function setLanguageSwitches(switches: LanguageSwitches): Promise<void> {
  await settings().update('languages', switches, vscode.ConfigurationTarget.Global);
}

export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return RESTARTING.some((name) => event.affectsConfiguration(`hotseat.${name}`));
}
