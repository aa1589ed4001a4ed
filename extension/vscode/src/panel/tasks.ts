/** The panel's Task mode in the extension: follows one task, and has its change reviewed. */

import * as vscode from 'vscode';

import { documentId } from '../attention.ts';
import { isCancelled, messageOf } from '../edit.ts';
import { showError } from '../notices.ts';
import {
  method,
  type TaskParams,
  type TaskPart,
  type TaskResult,
  type TaskStepParams,
  type TasksParams,
  type TasksResult,
} from '../protocol.ts';
import { withoutTerminal } from '../pure/hints.ts';
import { type ShownTask, shownTask, withPart } from '../pure/taskPlan.ts';
import type { Server } from '../server/server.ts';
import type { StatusBar } from '../statusBar.ts';
import { chooseTask, showDiff } from '../taskFiles.ts';
import type { TaskFromPage, TaskToPage } from './taskMessages.ts';

const LAST_TASK = 'hotseat.lastTask';

type Taken = Omit<TasksResult, 'edit'> & { edit?: TaskResult['edit'] };

export class Tasks implements vscode.Disposable {
  private readonly server: Server;
  private readonly statusBar: StatusBar;
  private readonly kept: vscode.Memento;
  private readonly post: (message: TaskToPage) => void;
  private mode: 'ask' | 'task' = 'ask';
  private shown: ShownTask | undefined;
  private edit: TaskResult['edit'] = null;
  private following: vscode.CancellationTokenSource | undefined;

  constructor(
    server: Server,
    statusBar: StatusBar,
    kept: vscode.Memento,
    post: (message: TaskToPage) => void,
  ) {
    this.server = server;
    this.statusBar = statusBar;
    this.kept = kept;
    this.post = post;
  }

  /** The task goes on in the server; it is followed again when the window is open again. */
  dispose(): void {
    this.following?.cancel();
  }

  enter(): void {
    this.mode = 'task';
    this.post({ kind: 'mode', mode: this.mode });
  }

  /** Show everything again, to a page that is new. */
  show(): void {
    this.post({ kind: 'mode', mode: this.mode });
    this.post({ kind: 'task', shown: this.shown });
  }

  /** After a start of the server: the task that was shown before, under way or not. */
  async follow(): Promise<void> {
    const id = this.shown?.task.id ?? this.kept.get<string>(LAST_TASK);
    if (id === undefined || this.following) {
      return;
    }
    const result = await this.send({ action: 'show', task: id }).catch(() => undefined);
    if (!result?.task) {
      return this.keep(undefined);
    }
    this.take(result);
    if (result.task.state === 'running' || result.task.state === 'planning') {
      await this.stream({ task: id });
    }
  }

  async receive(message: TaskFromPage): Promise<void> {
    switch (message.kind) {
      case 'taskPlan':
        return this.stream({ instruction: message.instruction, planOnly: true, ...focused() });
      case 'taskRun':
        return this.stream({ ...this.named(), inOrder: message.inOrder });
      case 'taskChange':
        return this.change(message.steps);
      case 'taskCancel':
        return this.tellAndTake({ action: 'cancel', ...this.named(), step: message.step });
      case 'taskReview':
        return this.review();
      case 'taskUndo':
        return this.undo();
      case 'taskNew':
        return this.keep(undefined);
      case 'taskChoose':
        return this.choose();
      case 'taskOpen':
        await vscode.window.showTextDocument(vscode.Uri.parse(message.uri));
        return;
      case 'taskDiff':
        return showDiff(this.shown?.files.find((file) => file.path === message.path));
    }
  }

  private named(): { task: string } {
    return { task: this.shown?.task.id ?? '' };
  }

  /** Begin, run or follow a task until it waits for the user. */
  private async stream(params: TaskParams): Promise<void> {
    this.following?.cancel();
    const mine = new vscode.CancellationTokenSource();
    this.following = mine;
    const isNew = params.instruction !== undefined;
    this.shown = isNew ? undefined : this.shown && { ...this.shown, problem: '' };
    const onPart = (part: TaskPart): void => {
      if (this.following === mine) {
        this.part(part);
      }
    };
    try {
      const work = this.server.stream<TaskResult, TaskPart>(
        method.task,
        params,
        onPart,
        mine.token,
      );
      const result = await this.statusBar.during(work);
      if (this.following === mine) {
        this.take(result);
      }
    } catch (error) {
      if (this.following === mine && !isCancelled(error)) {
        this.fail(messageOf(error));
      }
    } finally {
      mine.dispose();
      if (this.following === mine) {
        this.following = undefined;
      }
    }
  }

  private part(part: TaskPart): void {
    const before = this.shown;
    this.shown = withPart(before, part);
    if (part.task && before?.task.id !== part.task.id) {
      void this.kept.update(LAST_TASK, part.task.id);
    }
    if (this.shown !== before) {
      this.post({ kind: 'task', shown: this.shown });
    } else if (part.stepId !== undefined && part.text) {
      this.post({ kind: 'taskText', stepId: part.stepId, text: part.text });
    }
  }

  private take(result: Taken): void {
    if (result.task) {
      const before = this.shown?.task.id === result.task.id ? this.shown : undefined;
      const files = result.files ?? before?.files ?? [];
      this.shown = { ...(before ?? shownTask(result.task)), task: result.task, files };
    } else if (this.shown && result.files) {
      this.shown = { ...this.shown, files: result.files };
    }
    this.edit = result.edit === undefined ? this.edit : result.edit;
    this.post({ kind: 'task', shown: this.shown });
  }

  private fail(problem: string): void {
    if (this.shown) {
      this.shown = { ...this.shown, problem: withoutTerminal(problem) };
      this.post({ kind: 'task', shown: this.shown });
    } else {
      this.post({ kind: 'task', shown: undefined });
      showError(problem);
    }
  }

  private send(params: TasksParams): Promise<TasksResult> {
    return this.server.request<TasksResult>(method.tasks, params);
  }

  private async tellAndTake(params: TasksParams): Promise<void> {
    try {
      this.take(await this.send(params));
    } catch (error) {
      this.fail(messageOf(error));
    }
  }

  private change(steps: TaskStepParams[]): Promise<void> {
    return this.tellAndTake({ action: 'plan', ...this.named(), steps });
  }

  /** In VS Code's own preview: each change has a box, by file and by step. */
  private async review(): Promise<void> {
    await this.tellAndTake({ action: 'show', ...this.named() });
    await this.apply();
  }

  private async undo(): Promise<void> {
    await this.tellAndTake({ action: 'undo', ...this.named() });
    await this.apply();
  }

  private async apply(): Promise<void> {
    const edit = this.edit && (await this.server.converter?.asWorkspaceEdit(this.edit));
    if (!edit || edit.size === 0) {
      void vscode.window.showInformationMessage('Hotseat: there is nothing to change.');
      return;
    }
    await vscode.workspace.applyEdit(edit, { isRefactoring: true });
    await this.tellAndTake({ action: 'applied', ...this.named() });
  }

  private async choose(): Promise<void> {
    try {
      const { tasks } = await this.send({ action: 'list' });
      const chosen = await chooseTask(tasks ?? []);
      if (chosen !== undefined) {
        this.keep(chosen);
        await this.follow();
      }
    } catch (error) {
      showError(messageOf(error));
    }
  }

  /** Show another task from now on, or none. What is followed now goes on in the server. */
  private keep(id: string | undefined): void {
    this.following?.cancel();
    this.following = undefined;
    this.shown = undefined;
    this.edit = null;
    void this.kept.update(LAST_TASK, id);
    this.post({ kind: 'task', shown: undefined });
  }
}

function focused(): Partial<TaskParams> {
  const id = documentId(vscode.window.activeTextEditor?.document);
  return id ? { textDocument: id } : {};
}
