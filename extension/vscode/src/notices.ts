/** Errors with buttons for what they advise. */

import * as vscode from 'vscode';

import { buttonsFor, withoutTerminal } from './pure/hints.ts';

/**
 * A command that a hint names is a button. With buttons it is shown as a warning: an error with
 * buttons stays until it is closed, also after the next attempt has succeeded.
 */
export function showError(problem: string): void {
  const buttons = buttonsFor(problem);
  const text = `Hotseat: ${withoutTerminal(problem)}`;
  if (buttons.length === 0) {
    void vscode.window.showErrorMessage(text);
    return;
  }
  const titles = buttons.map((button) => button.title);
  void vscode.window.showWarningMessage(text, ...titles).then((title) => {
    const button = buttons.find((one) => one.title === title);
    return button && vscode.commands.executeCommand(button.command);
  });
}
