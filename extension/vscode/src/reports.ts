/** Pages to read: what the doctor found, the statistics, and what would be sent to a model. */

import { execFile } from 'node:child_process';

import * as vscode from 'vscode';

import { documentId } from './attention.ts';
import { messageOf } from './edit.ts';
import { showError } from './notices.ts';
import { method, type PromptResult } from './protocol.ts';
import { type DoctorReport, doctorPage, failedPage, wholePage } from './pure/doctorPage.ts';
import { promptPage } from './pure/promptPage.ts';
import { ROSTER_TEMPLATE, rosterFile } from './pure/rosterFile.ts';
import type { Server } from './server/server.ts';
import * as settings from './settings.ts';

const SCHEME = 'hotseat-report';
const WITHIN_MS = 60_000;
/** What the doctor's page may call. */
const LINKS = ['hotseat.pullAll', 'hotseat.showStatistics', 'hotseat.openRoster'];

interface Ran {
  printed: string;
  /** Why it failed; empty if it did not. */
  complaint: string;
}

export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly server: Server;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly texts = new Map<string, string>();
  private readonly provider: vscode.Disposable;
  private doctorPanel: vscode.WebviewPanel | undefined;

  constructor(server: Server) {
    this.server = server;
    this.provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
    this.doctorPanel?.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  async doctor(): Promise<void> {
    const ran = await this.run('Hotseat: looking into it', [
      'doctor',
      '--json',
      ...settings.engineArguments(),
    ]);
    if (ran === undefined) {
      return;
    }
    this.doctorPanel ??= this.newDoctorPanel();
    this.doctorPanel.webview.html = wholePage(pageOf(ran));
    this.doctorPanel.reveal();
  }

  async statistics(): Promise<void> {
    const ran = await this.run('Hotseat: reading the statistics', ['stats']);
    if (ran?.complaint) {
      showError(ran.complaint);
    } else if (ran) {
      await this.show('Hotseat statistics.txt', ran.printed);
    }
  }

  /** The user's own file, made from a template if there is none. */
  async openRoster(): Promise<void> {
    const ran = await this.run('Hotseat: looking for experts.yaml', [
      'experts',
      '--json',
      ...settings.rosterFileArguments(),
    ]);
    if (ran === undefined) {
      return;
    }
    const file = rosterFile(ran.printed);
    if (file === undefined) {
      showError(ran.complaint || 'the place of experts.yaml is not known');
      return;
    }
    const uri = vscode.Uri.file(file);
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(ROSTER_TEMPLATE));
    }
    await vscode.window.showTextDocument(uri);
  }

  /** What a request for a suggestion at the cursor would hold. */
  async prompt(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const textDocument = documentId(editor?.document);
    if (!editor || !textDocument) {
      void vscode.window.showInformationMessage('Hotseat: open a file first.');
      return;
    }
    const { line, character } = editor.selection.active;
    try {
      const params = { textDocument, position: { line, character } };
      const result = await this.server.request<PromptResult>(method.prompt, params);
      await this.show('Hotseat, what would be sent.txt', promptPage(result));
    } catch (error) {
      showError(messageOf(error));
    }
  }

  private async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: name });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
  }

  private newDoctorPanel(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      'hotseat.doctor',
      'Hotseat doctor',
      vscode.ViewColumn.Active,
      { enableCommandUris: LINKS, enableFindWidget: true },
    );
    panel.onDidDispose(() => (this.doctorPanel = undefined));
    return panel;
  }

  /** `hotseat` with these arguments; undefined where there is no server: it is started. */
  private async run(title: string, args: string[]): Promise<Ran | undefined> {
    const { command } = this.server;
    if (!command) {
      await this.server.restart();
      return undefined;
    }
    // Not in the workspace, whose roster counts for none of these.
    const cwd = this.server.folder;
    const work = new Promise<Ran>((resolve) => {
      execFile(command, args, { timeout: WITHIN_MS, cwd }, (error, printed, complaint) =>
        resolve({ printed, complaint: error ? complaint.trim() || error.message : '' }),
      );
    });
    const options = { location: vscode.ProgressLocation.Window, title };
    return await vscode.window.withProgress(options, () => work);
  }
}

/** The doctor ends with 1 when it found something bad, and has printed its report all the same. */
function pageOf({ printed, complaint }: Ran): string {
  try {
    return doctorPage(JSON.parse(printed) as DoctorReport);
  } catch {
    return failedPage(complaint || printed);
  }
}
