/** Activation: makes the parts, wires them, and starts the server without waiting for it. */

import * as vscode from 'vscode';

import { Attention } from './attention.ts';
import { Commands } from './commands.ts';
import { Downloads } from './downloads.ts';
import { Edits, selected } from './edit.ts';
import { EngineTrouble } from './engineTrouble.ts';
import { ExpertsView } from './expertsView.ts';
import { Memory } from './memory.ts';
import { NextEdits } from './nextEdits.ts';
import { showError } from './notices.ts';
import { AskPanel } from './panel/panel.ts';
import { Proposals } from './proposals.ts';
import type { Mode } from './pure/menu.ts';
import { Reports } from './reports.ts';
import { stopInstalling } from './server/machine.ts';
import { Server } from './server/server.ts';
import * as settings from './settings.ts';
import { StatusBar } from './statusBar.ts';
import { Suggestions } from './suggestions.ts';

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const suggestions = new Suggestions();
  const server = new Server(context, {
    ...suggestions.middleware,
    // Our own commands of the palette show what became of them; a refused one must not be silent.
    executeCommand: async (command, args, next) => {
      const result = (await next(command, args)) as { error?: string } | undefined;
      if (result?.error) {
        showError(result.error);
      }
      return result;
    },
  });
  running = server;
  const downloads = new Downloads(server);
  const statusBar = new StatusBar(server, suggestions, downloads);
  const view = new ExpertsView(server, downloads);
  const reports = new Reports(server);
  const proposals = new Proposals();
  const edits = new Edits(server, proposals, statusBar);
  const memory = new Memory(server);
  const panel = new AskPanel(
    context.extensionUri,
    server,
    proposals,
    statusBar,
    downloads,
    memory,
    context.workspaceState,
  );
  const commands = new Commands(server, view, downloads, reports, suggestions);
  const nextEdits = new NextEdits(server, context.extensionUri);

  const command = (name: string, run: () => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    suggestions,
    server,
    downloads,
    reports,
    statusBar,
    view,
    proposals,
    panel,
    new Attention(server),
    new EngineTrouble(server),
    edits.register(),
    nextEdits,
    ...nextEdits.register(),
    ...commands.register(),
    command('hotseat.snooze', () => suggestions.snooze()),
    vscode.commands.registerCommand('hotseat.setMode', (mode?: Mode) => suggestions.setMode(mode)),
    command('hotseat.toggleLanguage', () => suggestions.toggleLanguage()),
    command('hotseat.focusAsk', () => panel.focus()),
    command('hotseat.newTask', () => panel.focusTask()),
    command('hotseat.newConversation', () => panel.newConversation()),
    command('hotseat.earlierConversations', () => panel.openEarlier()),
    command('hotseat.exportConversation', () => panel.exportConversation()),
    command('hotseat.editSelection', () => edits.editSelection()),
    command('hotseat.documentSelection', () => edits.documentSelection()),
    command('hotseat.explainSelection', () => {
      if (selected()) {
        return panel.askNow('Explain this code.');
      }
      return undefined;
    }),
    command('hotseat.acceptProposal', () => proposals.settle(true)),
    command('hotseat.rejectProposal', () => proposals.settle(false)),
    server.onStatus((status) => suggestions.statusChanged(status)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (settings.needsRestart(event)) {
        void server.restart();
      }
      if (settings.changesQuiet(event)) {
        suggestions.settingsChanged();
      }
    }),
  );
  void server.start();
}

/**
 * VS Code waits for it: the server leaves the engine to the other windows, and an installation its
 * lock.
 */
export async function deactivate(): Promise<void> {
  await Promise.all([stopInstalling(), running?.stop()]);
}
