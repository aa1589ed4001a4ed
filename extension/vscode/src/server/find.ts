/** The server's command: found, or installed while progress is shown. */

import * as vscode from 'vscode';

import { type Choice, chooseServer, explainInstall, type Trouble } from '../pure/serverChoice.ts';
import * as settings from '../settings.ts';
import { InstallError, install, look } from './machine.ts';

const OFFER_AFTER_MS = 3_000;
const HERE = 'Install Here Now';

/** With what the user can do about it. */
export class ServerTrouble extends Error {
  readonly hint: string;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.hint = trouble.hint;
  }
}

/** The user stopped the installation, and needs no message about it. */
export class Cancelled extends Error {}

/** The path of `hotseat`. Throws ServerTrouble and Cancelled. `installing` is called before it is installed. */
export async function findServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  installing: () => void,
): Promise<string> {
  const storage = context.globalStorageUri.fsPath;
  const choice = chooseServer(
    await look({
      serverPath: settings.serverPath(),
      pythonPath: settings.pythonPath(),
      wheels: context.asAbsolutePath('server'),
      storage,
    }),
  );
  switch (choice.kind) {
    case 'run':
      log.info(`Server: ${choice.command} (${choice.origin})`);
      return choice.command;
    case 'stuck':
      throw new ServerTrouble(choice);
    case 'install':
      installing();
      return await installShown(choice, storage, log);
  }
}

/** Made once, when another window has been installing for a while. */
class OfferToTakeOver {
  private isTaken = false;
  private sinceMs: number | undefined;
  private wasMade = false;

  /** Whether to wait on. */
  waits(): boolean {
    this.sinceMs ??= Date.now();
    if (!this.wasMade && Date.now() - this.sinceMs > OFFER_AFTER_MS) {
      this.wasMade = true;
      const text = 'Another window installs the server of Hotseat; this one waits for it.';
      void vscode.window.showInformationMessage(text, HERE).then((choice) => {
        this.isTaken = choice === HERE;
      });
    }
    return !this.isTaken;
  }
}

async function installShown(
  choice: Choice & { kind: 'install' },
  storage: string,
  log: vscode.LogOutputChannel,
): Promise<string> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Hotseat: installing its server',
    cancellable: true,
  };
  return await vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const offer = new OfferToTakeOver();
    token.onCancellationRequested(() => abort.abort());
    try {
      return await install(choice.python, choice.wheel, storage, {
        report: (message) => progress.report({ message }),
        waits: () => offer.waits(),
        log: (line) => log.info(line),
        signal: abort.signal,
      });
    } catch (error) {
      if (abort.signal.aborted) {
        throw new Cancelled('Installing the server was cancelled.');
      }
      throw error instanceof InstallError
        ? new ServerTrouble(explainInstall(error.text, error.folder))
        : error;
    }
  });
}
