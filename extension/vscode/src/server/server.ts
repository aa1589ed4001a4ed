/**
 * Starts the window's server, keeps it alive and sends it requests. Each start has a language client
 * of its own, so that no state of a server that died remains.
 */

import { type ChildProcess, spawn } from 'node:child_process';

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  ProgressType,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';

import { method, type NotificationParams, type Part, type Status } from '../protocol.ts';
import { Backoff } from '../pure/backoff.ts';
import { explainCrash } from '../pure/serverChoice.ts';
import type { ServerState } from '../pure/words.ts';
import * as settings from '../settings.ts';
import { Cancelled, findServer, ServerTrouble } from './find.ts';

/** Files, new texts, and the cells of notebooks, each of which is a document of its own. */
export const DOCUMENTS = [
  { scheme: 'file' },
  { scheme: 'untitled' },
  { scheme: 'vscode-notebook-cell' },
];

const MAX_STDERR_LINES = 40;
const STOP_WITHIN_MS = 2_000;
const EXIT_WITHIN_MS = 1_000;

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('Hotseat', { log: true });
  /** `hotseat`, once it was found. */
  command: string | undefined;

  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  private readonly statusChanged = new vscode.EventEmitter<Status>();
  readonly onState = this.stateChanged.event;
  readonly onStatus = this.statusChanged.event;

  private readonly context: vscode.ExtensionContext;
  private readonly middleware: Middleware;
  private readonly backoff = new Backoff();
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private stderr: string[] = [];
  private retry: NodeJS.Timeout | undefined;
  /** Which start is the latest: what an older one still does is of no account. */
  private generation = 0;
  private state: ServerState = 'off';
  private lastToken = 0;

  constructor(context: vscode.ExtensionContext, middleware: Middleware) {
    this.context = context;
    this.middleware = middleware;
  }

  /** Where its programs run: a folder of ours, so that nothing of a workspace counts. */
  get folder(): string {
    return this.context.extensionPath;
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  get converter(): LanguageClient['protocol2CodeConverter'] | undefined {
    return this.client?.protocol2CodeConverter;
  }

  /** The user asked for it, or changed settings: what failed before does not count. */
  async restart(): Promise<void> {
    this.backoff.reset();
    await this.start();
  }

  async start(): Promise<void> {
    const generation = ++this.generation;
    clearTimeout(this.retry);
    await this.stopClient();
    if (generation !== this.generation) {
      return;
    }
    this.become('finding');
    try {
      this.command = await findServer(this.context, this.log, () => this.become('installing'));
      if (generation !== this.generation) {
        return;
      }
      this.become('starting');
      await this.startClient(this.command, generation);
    } catch (error) {
      // A process that died is started again: `ended` sees to it.
      if (generation === this.generation && !(await this.processIsGone())) {
        this.fail(error);
      }
    }
  }

  /** Send if the server runs; `Attention` sends its state again when the server starts. */
  notify<M extends keyof NotificationParams>(name: M, params: NotificationParams[M]): void {
    if (this.isRunning) {
      void this.client?.sendNotification(name, params).catch(() => undefined);
    }
  }

  /** Throws what the server answers as an error. */
  async request<R>(name: string, params: object, token?: vscode.CancellationToken): Promise<R> {
    if (!this.client || !this.isRunning) {
      throw new Error('The server does not run; "Hotseat: Restart Server" starts it.');
    }
    // A token that is undefined would be sent, as a second parameter.
    return await (token
      ? this.client.sendRequest<R>(name, params, token)
      : this.client.sendRequest<R>(name, params));
  }

  /** A command of the server, with each step of its progress handed to `onStep`. */
  async work<R>(
    params: { command: string; arguments: string[] },
    onStep: (step: { message?: string; percentage?: number }) => void,
    token: vscode.CancellationToken,
  ): Promise<R> {
    const workDoneToken = `hotseat-${++this.lastToken}`;
    const type = new ProgressType<{ message?: string; percentage?: number }>();
    const listener = this.client?.onProgress(type, workDoneToken, onStep);
    try {
      const name = 'workspace/executeCommand';
      return await this.request<R>(name, { ...params, workDoneToken }, token);
    } finally {
      listener?.dispose();
    }
  }

  /** As `request`, with each part on its way handed to `onPart`. */
  async stream<R, P = Part>(
    name: string,
    params: object,
    onPart: (part: P) => void,
    token: vscode.CancellationToken,
  ): Promise<R> {
    const partialResultToken = `hotseat-${++this.lastToken}`;
    const listener = this.client?.onProgress(new ProgressType<P>(), partialResultToken, onPart);
    try {
      return await this.request<R>(name, { ...params, partialResultToken }, token);
    } finally {
      listener?.dispose();
    }
  }

  dispose(): void {
    this.generation += 1;
    clearTimeout(this.retry);
    this.stateChanged.dispose();
    this.statusChanged.dispose();
  }

  async stop(): Promise<void> {
    this.generation += 1;
    clearTimeout(this.retry);
    await this.stopClient();
  }

  private async startClient(command: string, generation: number): Promise<void> {
    const options: LanguageClientOptions = {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: settings.initializationOptions(),
      middleware: this.middleware,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          // What counts is that the process ends; one that merely closed its pipes is of no use.
          this.process?.kill();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    const client = new QuietClient(
      'hotseat',
      'Hotseat',
      () => this.spawn(command, generation),
      options,
    );
    this.client = client;
    client.onNotification(method.status, (status: Status) => {
      if (generation === this.generation && status.experts) {
        this.statusChanged.fire(status);
      }
    });
    await client.start();
    if (generation !== this.generation || client.state !== State.Running) {
      return;
    }
    this.become('running');
    const status = await client.sendRequest<Status>(method.status, {});
    if (generation === this.generation && status.experts) {
      this.statusChanged.fire(status);
    }
  }

  private spawn(command: string, generation: number): Promise<ChildProcess> {
    const child = spawn(command, ['lsp', '--log-level', settings.logLevel()], {
      cwd: this.folder,
      stdio: 'pipe',
    });
    this.process = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr = [...this.stderr, ...chunk.toString().split('\n')].slice(-MAX_STDERR_LINES);
    });
    // A write to a server that is gone is not the extension host's trouble.
    child.stdin.on('error', () => undefined);
    child.once('exit', () => this.ended(command, generation));
    return new Promise((resolve, reject) => {
      child.once('spawn', () => resolve(child));
      child.once('error', reject);
    });
  }

  /** It ended without being asked to: start it again after a while, or give up. */
  private ended(command: string, generation: number): void {
    if (generation !== this.generation) {
      return;
    }
    const delayMs = this.backoff.ended(Date.now());
    if (delayMs === undefined) {
      this.generation += 1;
      this.fail(new ServerTrouble(explainCrash(command, this.stderr)));
      return;
    }
    this.log.warn(`The server ended; it is started again in ${delayMs / 1000} s`);
    this.become('starting');
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.retry = undefined;
      void this.start();
    }, delayMs);
  }

  /** After the connection broke: its process is dead, or will be within a moment. */
  private processIsGone(): Promise<boolean> {
    const child = this.process;
    if (!child || child.pid === undefined) {
      return Promise.resolve(false);
    }
    if (hasEnded(child)) {
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), EXIT_WITHIN_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  private async stopClient(): Promise<void> {
    const { client, process } = this;
    this.client = undefined;
    this.process = undefined;
    try {
      await client?.dispose(STOP_WITHIN_MS);
    } catch {
      // It was gone already, or did not answer: the process is ended below.
    }
    if (process && !hasEnded(process)) {
      setTimeout(() => process.kill(), STOP_WITHIN_MS).unref();
    }
  }

  private become(state: ServerState): void {
    this.state = state;
    void vscode.commands.executeCommand('setContext', 'hotseat.running', state === 'running');
    this.stateChanged.fire(state);
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof ServerTrouble ? error.hint : '';
    this.become('failed');
    this.log.error([message, hint].filter(Boolean).join(' '));
    if (!(error instanceof Cancelled)) {
      void this.showFailure(message, hint);
    }
  }

  private async showFailure(message: string, hint: string): Promise<void> {
    const actions = ['Try Again', 'Settings', 'Show Log'] as const;
    const text = `Hotseat: ${[message, hint].filter(Boolean).join(' ')}`;
    // An error with buttons would stay until it is closed, also after the next attempt has succeeded.
    switch (await vscode.window.showWarningMessage(text, ...actions)) {
      case 'Try Again':
        return this.restart();
      case 'Settings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'hotseat.');
        return;
      case 'Show Log':
        this.log.show();
    }
  }
}

/** Its errors go to the log only: `Server` shows the user those that matter, with what to do. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
