/** A task's files and the list of tasks, in windows of VS Code's own. */

import * as vscode from 'vscode';

import type { TaskFile, TaskSummary } from './protocol.ts';

/** What the task makes of a file; of a file that it leaves alone: what was changed there since. */
export async function showDiff(file: TaskFile | undefined): Promise<void> {
  if (file) {
    const content = file.note ? `# ${file.note}\n${file.diff}` : file.diff;
    const document = await vscode.workspace.openTextDocument({ language: 'diff', content });
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

/** The id of the task that the user chooses. */
export async function chooseTask(tasks: readonly TaskSummary[]): Promise<string | undefined> {
  if (tasks.length === 0) {
    void vscode.window.showInformationMessage('Hotseat: this workspace has no tasks yet.');
    return undefined;
  }
  const items = tasks.map((task) => ({
    label: task.instruction.replaceAll(/\s+/g, ' ').slice(0, 80),
    description: `${task.state}, ${task.done} of ${task.steps} steps`,
    detail: new Date(task.createdS * 1000).toLocaleString(),
    id: task.id,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Hotseat: tasks' });
  return chosen?.id;
}
