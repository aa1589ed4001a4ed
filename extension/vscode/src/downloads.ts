/**
 * Downloads of models: offers them once per window, runs them where they can be watched and
 * cancelled, and knows how far they are.
 */

import * as vscode from 'vscode';

import { isCancelled, messageOf } from './edit.ts';
import { showError } from './notices.ts';
import { type CommandResult, type Status, serverCommand } from './protocol.ts';
import {
  type MissingModel,
  missingModels,
  modelsWords,
  modelWords,
  type Step,
  stepWords,
} from './pure/missing.ts';
import { expertInFocus, sizeWords } from './pure/words.ts';
import type { Server } from './server/server.ts';

export class Downloads implements vscode.Disposable {
  private readonly server: Server;
  private readonly changed = new vscode.EventEmitter<void>();
  /** What is missing, or how far the download is, has changed. */
  readonly onChange = this.changed.event;
  private readonly listeners: vscode.Disposable[];
  private status: Status | undefined;
  private words = '';
  private wasOffered = false;
  private underWay: string | undefined;

  constructor(server: Server) {
    this.server = server;
    this.listeners = [
      server.onStatus((status) => this.take(status)),
      server.onState((state) => state !== 'running' && this.take(undefined)),
    ];
  }

  dispose(): void {
    this.listeners.forEach((listener) => listener.dispose());
    this.changed.dispose();
  }

  get missing(): MissingModel[] {
    return missingModels(this.status);
  }

  /** `2 models (351 MB)`; empty if nothing is missing, or it is being downloaded. */
  get neededWords(): string {
    return this.underWay === undefined ? this.words : '';
  }

  /** How far the download of this window is: `45 %`, or nothing yet; undefined without one. */
  get progress(): string | undefined {
    return this.underWay;
  }

  /** Download all that is missing. */
  async all(): Promise<void> {
    if (!this.status) {
      void vscode.window.showInformationMessage('Hotseat: no models are known yet.');
    } else if (this.missing.length === 0) {
      void vscode.window.showInformationMessage('Hotseat: all models are on this machine.');
    } else {
      await this.download(this.missing);
    }
  }

  /** Download some of what is missing. */
  async choose(): Promise<void> {
    const choices = this.missing.map((missing) => ({
      label: missing.model,
      description: missing.sizeBytes === null ? '' : sizeWords(missing.sizeBytes),
      detail: `Used by ${missing.experts.join(', ')}`,
      picked: true,
      missing,
    }));
    const options = { title: 'Hotseat: which models?', canPickMany: true } as const;
    const chosen = await vscode.window.showQuickPick(choices, options);
    if (chosen?.length) {
      await this.download(chosen.map((choice) => choice.missing));
    }
  }

  /** Download the model of one expert, also one that is there: a newer one may be. */
  async ofExpert(name: string): Promise<void> {
    const missing = this.missing.find((one) => one.experts.includes(name));
    const model = this.status?.experts.find((expert) => expert.name === name)?.model ?? name;
    const one = { model, sizeBytes: null, experts: [name], toPull: [name] };
    await this.download([missing ?? one]);
  }

  private async download(models: readonly MissingModel[]): Promise<void> {
    if (this.underWay !== undefined) {
      void vscode.window.showInformationMessage('Hotseat: a download is in progress already.');
      return;
    }
    this.move('');
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Hotseat: downloading ${modelsWords(models)}`,
      cancellable: true,
    };
    try {
      const problem = await vscode.window.withProgress(options, (progress, token) =>
        this.oneByOne(models, progress, token),
      );
      if (problem) {
        showError(problem);
      }
    } finally {
      this.move(undefined);
    }
  }

  /** What went wrong, if something did. */
  private async oneByOne(
    models: readonly MissingModel[],
    progress: vscode.Progress<{ message?: string }>,
    token: vscode.CancellationToken,
  ): Promise<string | undefined> {
    for (const [n, model] of models.entries()) {
      const which = models.length > 1 ? ` (${n + 1} of ${models.length})` : '';
      progress.report({ message: `${modelWords(model)}${which}` });
      const onStep = (step: Step): void => {
        progress.report({ message: `${modelWords(model)}${which}: ${stepWords(step)}` });
        this.move(step.percentage === undefined ? '' : `${step.percentage} %`);
      };
      for (const name of model.toPull) {
        try {
          const params = { command: serverCommand.pull, arguments: [name] };
          const result = await this.server.work<CommandResult>(params, onStep, token);
          if (result.error) {
            return `${model.model} was not downloaded: ${result.error}`;
          }
        } catch (error) {
          if (token.isCancellationRequested || isCancelled(error)) {
            const stopped = 'Hotseat: stopped; the next download goes on from here.';
            vscode.window.setStatusBarMessage(stopped, 8_000);
            return undefined;
          }
          return `${model.model} was not downloaded: ${messageOf(error)}`;
        }
      }
    }
    const there = models.length === 1 ? 'the model is' : 'the models are';
    vscode.window.setStatusBarMessage(`Hotseat: ${there} on this machine.`, 8_000);
    return undefined;
  }

  private take(status: Status | undefined): void {
    this.status = status;
    const missing = this.missing;
    const words = missing.length > 0 ? modelsWords(missing) : '';
    if (words !== this.words) {
      this.words = words;
      this.notify();
    }
    if (status && expertInFocus(status)?.download && this.neededWords && !this.wasOffered) {
      this.wasOffered = true;
      void this.offer(words);
    }
  }

  private async offer(words: string): Promise<void> {
    const text = `Hotseat needs ${words} on this machine.`;
    switch (await vscode.window.showInformationMessage(text, 'Download', 'Choose Models')) {
      case 'Download':
        return this.all();
      case 'Choose Models':
        return this.choose();
    }
  }

  private move(progress: string | undefined): void {
    if (progress !== this.underWay) {
      this.underWay = progress;
      this.notify();
    }
  }

  private notify(): void {
    const isMissing = this.neededWords !== '';
    void vscode.commands.executeCommand('setContext', 'hotseat.modelsMissing', isMissing);
    this.changed.fire();
  }
}
