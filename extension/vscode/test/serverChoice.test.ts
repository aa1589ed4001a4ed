import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  chooseServer,
  explainCrash,
  explainInstall,
  type Found,
  lacksEmbedded,
  pythonVersion,
} from '../src/pure/serverChoice.ts';

const NOTHING: Found = {
  configured: '',
  configuredRuns: false,
  onPath: undefined,
  inPrivateEnvironment: undefined,
  pythons: [],
  wheel: undefined,
  noDownloads: undefined,
};
const WHEEL = '/ext/server/hotseat-0.1.0-py3-none-any.whl';

test('the setting wins over PATH', () => {
  const choice = chooseServer({
    ...NOTHING,
    configured: '/opt/hotseat',
    configuredRuns: true,
    onPath: '/usr/bin/hotseat',
  });
  assert.deepEqual(choice, { kind: 'run', command: '/opt/hotseat', origin: 'setting' });
});

test('a wrong setting is said, not passed over in silence', () => {
  const choice = chooseServer({ ...NOTHING, configured: '/opt/gone', onPath: '/usr/bin/hotseat' });
  assert.ok(choice.kind === 'stuck');
  assert.match(choice.message, /\/opt\/gone/);
});

test('PATH wins over the private environment', () => {
  const choice = chooseServer({
    ...NOTHING,
    onPath: '/usr/bin/hotseat',
    inPrivateEnvironment: '/private/bin/hotseat',
  });
  assert.deepEqual(choice, { kind: 'run', command: '/usr/bin/hotseat', origin: 'path' });
});

test('an environment that is there is not made again', () => {
  const choice = chooseServer({
    ...NOTHING,
    wheel: WHEEL,
    inPrivateEnvironment: '/private/bin/hotseat',
    pythons: [{ path: '/usr/bin/python3', version: [3, 12] }],
  });
  assert.equal(choice.kind, 'run');
});

test('the first Python that is recent enough makes the environment', () => {
  const choice = chooseServer({
    ...NOTHING,
    wheel: WHEEL,
    pythons: [
      { path: '/usr/bin/python3', version: [3, 9] },
      { path: '/usr/bin/python3.12', version: [3, 12] },
    ],
  });
  assert.deepEqual(choice, { kind: 'install', python: '/usr/bin/python3.12', wheel: WHEEL });
});

test('an old Python and no Python get different messages, and the setting is named', () => {
  const old = chooseServer({
    ...NOTHING,
    wheel: WHEEL,
    pythons: [{ path: '/usr/bin/python3', version: [3, 9] }],
  });
  assert.ok(old.kind === 'stuck');
  assert.match(old.message, /3\.11.*\/usr\/bin\/python3 is 3\.9/);
  const none = chooseServer({ ...NOTHING, wheel: WHEEL });
  assert.ok(none.kind === 'stuck');
  assert.match(none.message, /found none/);
  assert.match(none.hint, /hotseat\.pythonPath/);
});

test('a build without the wheel says how to get the server', () => {
  const choice = chooseServer({
    ...NOTHING,
    pythons: [{ path: '/usr/bin/python3', version: [3, 12] }],
  });
  assert.ok(choice.kind === 'stuck');
  assert.match(choice.hint, /pip|serverPath/);
});

test('a version is read, and nothing else is taken for one', () => {
  assert.deepEqual(pythonVersion('3.11\n'), [3, 11]);
  assert.equal(pythonVersion('Python was not found'), undefined);
});

test('why an installation failed', () => {
  const cases: [string, RegExp, RegExp][] = [
    ["Error: [Errno 30] Read-only file system: '/x'", /cannot write/, /serverPath/],
    ["EACCES: permission denied, mkdir '/x'", /cannot write/, /writable/],
    [
      'The virtual environment was not created because ensurepip is not available',
      /environments/,
      /python3-venv/,
    ],
    [
      'NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution',
      /could not be reached/,
      /proxy/,
    ],
    [
      'ERROR: Could not find a version that satisfies the requirement filelock>=3.16 (from hotseat) (from versions: none)\nERROR: No matching distribution found for filelock>=3.16',
      /could not be reached/,
      /proxy/,
    ],
    ['OSError: [Errno 28] No space left on device', /full/, /300 MB/],
    ['one\nERROR: something else\n', /ERROR: something else/, /output channel/],
  ];
  for (const [output, message, hint] of cases) {
    const trouble = explainInstall(output, '/home/me/.storage');
    assert.match(trouble.message, message, output);
    assert.match(trouble.hint, hint, output);
  }
});

test('the embedded engine is left out only where it is what is missing', () => {
  const missing =
    'Could not find a version that satisfies the requirement xllamacpp==1 (from versions: none)';
  assert.ok(lacksEmbedded(missing));
  assert.ok(lacksEmbedded('Building wheel for xllamacpp: error'));
  assert.ok(!lacksEmbedded('Collecting xllamacpp\nConnection reset by peer'));
  assert.ok(!lacksEmbedded('No matching distribution found for filelock'));
});

test('a crash shows the last that the server printed', () => {
  const trouble = explainCrash('/x/hotseat', ['Traceback', 'ImportError: no pygls', '']);
  assert.match(trouble.message, /ImportError: no pygls/);
  assert.match(
    explainCrash('/x/hotseat', ["No such command 'lsp'."]).hint,
    /not a working Hotseat/,
  );
});

test('a limit of the network is respected before anything is downloaded', () => {
  const found: Found = {
    ...NOTHING,
    wheel: WHEEL,
    pythons: [{ path: '/usr/bin/python3', version: [3, 12] }],
    noDownloads: 'HOTSEAT_NETWORK=none',
  };
  const choice = chooseServer(found);
  assert.ok(choice.kind === 'stuck');
  assert.match(choice.message, /because HOTSEAT_NETWORK=none forbids downloads/);
  assert.match(choice.hint, /pip/);
});
