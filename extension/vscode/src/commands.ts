/** What the user can call that is not suggestions, questions or edits: experts, pages, the menu. */

import * as vscode from 'vscode';

import type { Downloads } from './downloads.ts';
import { messageOf } from './edit.ts';
import { type ExpertsView, expertNamed } from './expertsView.ts';
import { showError } from './notices.ts';
import {
  type CommandResult,
  type ExpertStatus,
  type ServerCommand,
  serverCommand,
} from './protocol.ts';
import { menuEntries } from './pure/menu.ts';
import { stateWords } from './pure/words.ts';
import type { Reports } from './reports.ts';
import type { Server } from './server/server.ts';
import type { Suggestions } from './suggestions.ts';

const WALKTHROUGH = 'hotseat.hotseat#start';

export class Commands {
  private readonly server: Server;
  private readonly view: ExpertsView;
  private readonly downloads: Downloads;
  private readonly reports: Reports;
  private readonly suggestions: Suggestions;

  constructor(
    server: Server,
    view: ExpertsView,
    downloads: Downloads,
    reports: Reports,
    suggestions: Suggestions,
  ) {
    this.server = server;
    this.view = view;
    this.downloads = downloads;
    this.reports = reports;
    this.suggestions = suggestions;
  }

  register(): vscode.Disposable[] {
    const about =
      (name: ServerCommand, which: (expert: ExpertStatus) => boolean) => (argument: unknown) =>
        this.onExpert(argument, which, (expert) => this.run(name, expert));
    const editorCommand =
      (name: string, ...args: unknown[]) =>
      () =>
        vscode.commands.executeCommand(name, ...args);
    const handlers: Record<string, (argument: unknown) => unknown> = {
      'hotseat.expert.load': about(serverCommand.load, (expert) => expert.state !== 'warm'),
      'hotseat.expert.unload': about(serverCommand.unload, (expert) => expert.state === 'warm'),
      'hotseat.expert.pin': about(serverCommand.pin, (expert) => !expert.pinned),
      'hotseat.expert.unpin': about(serverCommand.unpin, (expert) => expert.pinned),
      'hotseat.expert.pull': (argument) =>
        this.onExpert(
          argument,
          () => true,
          (expert) => this.downloads.ofExpert(expert),
        ),
      'hotseat.pullAll': () => this.downloads.all(),
      'hotseat.chooseModels': () => this.downloads.choose(),
      'hotseat.showExperts': editorCommand('hotseat.experts.focus'),
      'hotseat.openWalkthrough': editorCommand('workbench.action.openWalkthrough', WALKTHROUGH),
      'hotseat.openSettings': editorCommand(
        'workbench.action.openSettings',
        '@ext:hotseat.hotseat',
      ),
      'hotseat.doctor': () => this.reports.doctor(),
      'hotseat.showStatistics': () => this.reports.statistics(),
      'hotseat.openRoster': () => this.reports.openRoster(),
      'hotseat.showPrompt': () => this.reports.prompt(),
      'hotseat.restart': () => this.server.restart(),
      'hotseat.showLog': () => this.server.log.show(),
      'hotseat.menu': () => this.menu(),
    };
    return Object.entries(handlers).map(([name, handler]) =>
      vscode.commands.registerCommand(name, handler),
    );
  }

  private async menu(): Promise<void> {
    const entries = menuEntries({
      ...this.suggestions.menuState(),
      needed: this.downloads.neededWords,
      isRunning: this.server.isRunning,
    });
    const items = entries.map((entry) =>
      'separator' in entry
        ? { label: entry.separator, kind: vscode.QuickPickItemKind.Separator, entry }
        : { label: entry.label, detail: entry.detail ?? '', entry },
    );
    const chosen = await vscode.window.showQuickPick(items, { title: 'Hotseat' });
    if (chosen && 'command' in chosen.entry) {
      await vscode.commands.executeCommand(chosen.entry.command, chosen.entry.argument);
    }
  }

  private async onExpert(
    argument: unknown,
    which: (expert: ExpertStatus) => boolean,
    act: (name: string) => Promise<void>,
  ): Promise<void> {
    const name = expertNamed(argument) ?? (await this.choose(which));
    if (name !== undefined) {
      await act(name);
    }
  }

  private async choose(which: (expert: ExpertStatus) => boolean): Promise<string | undefined> {
    const experts = this.view.experts.filter(which);
    if (experts.length === 0) {
      void vscode.window.showInformationMessage('Hotseat: there is no such expert now.');
      return undefined;
    }
    const choices = experts.map((expert) => ({
      label: expert.name,
      description: `${expert.model}, ${stateWords(expert)}`,
    }));
    return (await vscode.window.showQuickPick(choices, { title: 'Hotseat: which expert?' }))?.label;
  }

  private async run(command: ServerCommand, name: string): Promise<void> {
    try {
      const params = { command, arguments: [name] };
      const result = await this.server.request<CommandResult>('workspace/executeCommand', params);
      if (result.error) {
        showError(result.error);
      } else if (result.message) {
        vscode.window.setStatusBarMessage(`Hotseat: ${result.message}`, 5_000);
      }
    } catch (error) {
      showError(messageOf(error));
    }
  }
}
