import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ExpertStatus, Status } from '../src/protocol.ts';
import { doctorPage } from '../src/pure/doctorPage.ts';
import { buttonsFor, withoutTerminal } from '../src/pure/hints.ts';
import { missingModels, modelsWords, modelWords, stepWords } from '../src/pure/missing.ts';
import { promptPage } from '../src/pure/promptPage.ts';
import { rosterFile } from '../src/pure/rosterFile.ts';

type Download = ExpertStatus['download'];

function status(...experts: [name: string, model: string, download: Download][]): Status {
  const some = experts.map(([name, model, download]) => ({ name, model, download }));
  return { experts: some } as unknown as Status;
}

const SMALL = { model: 'small:1b', sizeBytes: 98_362_432, problem: '' };
const LARGE = { model: 'large:7b', sizeBytes: 253_113_024, problem: '' };

test('experts that share a model need one download', () => {
  const found = missingModels(
    status(
      ['go', 'small:1b', SMALL],
      ['python', 'small:1b', SMALL],
      ['web', 'large:7b', LARGE],
      ['sql', 'there:1b', null],
    ),
  );
  assert.equal(modelsWords(found), '2 models (351 MB)');
  assert.deepEqual(found.map(modelWords), [
    'small:1b, used by go, python',
    'large:7b, used by web',
  ]);
  assert.deepEqual(
    found.map((one) => one.toPull),
    [['go'], ['web']],
  );
});

test('adapters over one base are one download, and each is pulled', () => {
  const [one] = missingModels(status(['go', 'hotseat/go', SMALL], ['css', 'hotseat/css', SMALL]));
  assert.deepEqual(one?.toPull, ['go', 'css']);
});

test('what cannot be downloaded is not offered, and unknown sizes are not added up', () => {
  assert.deepEqual(missingModels(status(['go', 'm', { ...SMALL, problem: 'no source' }])), []);
  assert.deepEqual(missingModels(undefined), []);
  const unknown = missingModels(status(['go', 'm', { ...SMALL, sizeBytes: null }]));
  assert.equal(modelsWords(unknown), '1 model');
});

test('a step of a download with its percent', () => {
  assert.equal(
    stepWords({ message: 'downloading x (1 of 2)', percentage: 45 }),
    'downloading x (1 of 2), 45 %',
  );
  assert.equal(stepWords({ message: 'checking' }), 'checking');
});

test('a command of the terminal becomes a button', () => {
  const said = "model 'a:1.5b' not found. Run `hotseat pull a:1.5b`";
  assert.deepEqual(
    buttonsFor(said).map((button) => button.command),
    ['hotseat.pullAll'],
  );
  assert.equal(withoutTerminal(said), 'model \'a:1.5b\' not found. Press "Download Models"');
  assert.equal(withoutTerminal('hotseat pull go; then wait'), '"Download Models"; then wait');
  assert.equal(withoutTerminal('`hotseat doctor` says more'), '"Run the Doctor" says more');
  assert.deepEqual(buttonsFor('Correct experts.yaml')[0]?.command, 'hotseat.openRoster');
  assert.deepEqual(buttonsFor('The network is down'), []);
});

test("the doctor's page links what it advises, and holds no markup of others", () => {
  const hint = 'Run `hotseat pull web`';
  const finding = { verdict: 'bad', subject: 'model <b>', detail: 'no `a_b` & c', hint };
  const page = doctorPage({ findings: [finding] });
  assert.match(page, /1 of 1 findings keep Hotseat from working/);
  assert.match(page, /<a href="command:hotseat\.pullAll">Download Models<\/a>/);
  assert.match(page, /model &lt;b&gt;/);
  assert.match(page, /no <code>a_b<\/code> &amp; c/);
  assert.doesNotMatch(page, /hotseat pull/);
});

test('what would be sent, or why nothing would be', () => {
  const result = {
    problem: '',
    expert: 'go',
    model: 'small:1b',
    engine: 'http://127.0.0.1:1',
    prompt: 'func main() {',
    suffix: '}',
    maxTokens: 64,
  };
  const page = promptPage(result);
  assert.match(page, /from go, with the model small:1b, at http:\/\/127\.0\.0\.1:1/);
  assert.match(page, /sent 14 characters/);
  assert.ok(page.indexOf('func main() {') < page.indexOf('}\n'));
  assert.equal(
    promptPage({ ...result, problem: 'the file may hold secrets' }),
    'Nothing would be sent: the file may hold secrets.\n',
  );
});

test("the user's own roster is the first of the files", () => {
  assert.equal(
    rosterFile('{"files": ["/home/a/experts.yaml", "/w/experts.yaml"]}'),
    '/home/a/experts.yaml',
  );
  assert.equal(rosterFile('Traceback'), undefined);
});
