/** What the user can call that is not suggestions, questions or edits: experts, doctor, log. */

import { execFile } from 'node:child_process';

import * as vscode from 'vscode';

import { messageOf } from './edit.ts';
import { type ExpertsView, expertNamed } from './expertsView.ts';
import {
  type CommandResult,
  type ExpertStatus,
  type ServerCommand,
  serverCommand,
} from './protocol.ts';
import { type DoctorReport, doctorPage } from './pure/doctorPage.ts';
import type { Server } from './server/server.ts';
import * as settings from './settings.ts';
import type { StatusBar } from './statusBar.ts';

const REPORT = vscode.Uri.from({ scheme: 'hotseat-report', path: 'Hotseat doctor.md' });
const DOCTOR_WITHIN_MS = 60_000;

export class Commands implements vscode.TextDocumentContentProvider {
  private readonly server: Server;
  private readonly view: ExpertsView;
  private readonly statusBar: StatusBar;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private report = '';

  constructor(server: Server, view: ExpertsView, statusBar: StatusBar) {
    this.server = server;
    this.view = view;
    this.statusBar = statusBar;
  }

  register(): vscode.Disposable[] {
    const about =
      (name: ServerCommand, which: (expert: ExpertStatus) => boolean) => (argument: unknown) =>
        this.onExpert(name, argument, which);
    const handlers: Record<string, (argument: unknown) => unknown> = {
      'hotseat.expert.load': about(serverCommand.load, (expert) => expert.state !== 'warm'),
      'hotseat.expert.unload': about(serverCommand.unload, (expert) => expert.state === 'warm'),
      'hotseat.expert.pin': about(serverCommand.pin, (expert) => !expert.pinned),
      'hotseat.expert.unpin': about(serverCommand.unpin, (expert) => expert.pinned),
      'hotseat.expert.pull': about(serverCommand.pull, () => true),
      'hotseat.pullAll': () => this.pullAll(),
      'hotseat.showExperts': () => vscode.commands.executeCommand('hotseat.experts.focus'),
      'hotseat.doctor': () => this.doctor(),
      'hotseat.restart': () => this.server.restart(),
      'hotseat.showLog': () => this.server.log.show(),
    };
    return [
      vscode.workspace.registerTextDocumentContentProvider(REPORT.scheme, this),
      ...Object.entries(handlers).map(([name, handler]) =>
        vscode.commands.registerCommand(name, handler),
      ),
    ];
  }

  provideTextDocumentContent(): string {
    return this.report;
  }

  private async onExpert(
    command: ServerCommand,
    argument: unknown,
    which: (expert: ExpertStatus) => boolean,
  ): Promise<void> {
    const name = expertNamed(argument) ?? (await this.choose(which));
    if (name === undefined) {
      return;
    }
    const problem = await this.run(command, name);
    if (problem) {
      void vscode.window.showErrorMessage(`Hotseat: ${problem}`);
    }
  }

  private async choose(which: (expert: ExpertStatus) => boolean): Promise<string | undefined> {
    const experts = this.view.experts.filter(which);
    if (experts.length === 0) {
      void vscode.window.showInformationMessage('Hotseat: there is no such expert now.');
      return undefined;
    }
    const choices = experts.map(({ name, model, state }) => ({
      label: name,
      description: `${model}, ${state}`,
    }));
    return (await vscode.window.showQuickPick(choices, { title: 'Hotseat: which expert?' }))?.label;
  }

  /** What went wrong, if something did. */
  private async run(command: ServerCommand, name: string): Promise<string | undefined> {
    try {
      const params = { command, arguments: [name] };
      const work = this.server.request<CommandResult>('workspace/executeCommand', params);
      const result = await (command === serverCommand.pull ? this.statusBar.during(work) : work);
      if (result.message) {
        vscode.window.setStatusBarMessage(`Hotseat: ${result.message}`, 5_000);
      }
      return result.error;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** One after the other: experts that share a model have it the second time. */
  private async pullAll(): Promise<void> {
    const models = new Map(this.view.experts.map((expert) => [expert.model, expert.name]));
    const problems: string[] = [];
    for (const name of models.values()) {
      const problem = await this.run(serverCommand.pull, name);
      if (problem) {
        problems.push(`${name}: ${problem}`);
      }
    }
    if (models.size === 0) {
      void vscode.window.showWarningMessage('Hotseat: no experts are known yet; run the doctor.');
    } else if (problems.length > 0) {
      void vscode.window.showErrorMessage(`Hotseat: ${problems.join(' ')}`);
    } else {
      void vscode.window.showInformationMessage('Hotseat: all models are there.');
    }
  }

  private async doctor(): Promise<void> {
    const { command } = this.server;
    if (!command) {
      return this.server.restart();
    }
    const options = {
      location: vscode.ProgressLocation.Window,
      title: 'Hotseat: looking into it',
    };
    this.report = await vscode.window.withProgress(options, () => examine(command));
    this.changed.fire(REPORT);
    await vscode.commands.executeCommand('markdown.showPreview', REPORT);
  }
}

function examine(command: string): Promise<string> {
  const { roster, engineUrl } = settings.initializationOptions();
  const args = [
    'doctor',
    '--json',
    ...(typeof roster === 'string' ? ['--roster', roster] : []),
    ...(typeof engineUrl === 'string' ? ['--engine-url', engineUrl] : []),
  ];
  return new Promise((resolve) => {
    // It ends with 1 when it found something bad, and has printed its report all the same.
    execFile(command, args, { timeout: DOCTOR_WITHIN_MS }, (error, printed, complaint) => {
      try {
        resolve(doctorPage(JSON.parse(printed) as DoctorReport));
      } catch {
        resolve(`# Hotseat doctor\n\nIt failed: ${complaint || error?.message || printed}\n`);
      }
    });
  });
}
