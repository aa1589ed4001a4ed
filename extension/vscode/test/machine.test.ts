import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { chooseServer, explainInstall } from '../src/pure/serverChoice.ts';
import { InstallError, install, look, type Places } from '../src/server/machine.ts';

let folder = '';
const PATH = process.env.PATH;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotseat-machine-'));
  process.env.PATH = path.join(folder, 'bin');
  await mkdir(path.join(folder, 'bin'));
});

afterEach(async () => {
  process.env.PATH = PATH;
  await rm(folder, { recursive: true, force: true });
});

function places(more: Partial<Places> = {}): Places {
  return {
    serverPath: '',
    pythonPath: '',
    wheels: path.join(folder, 'wheels'),
    storage: path.join(folder, 'storage'),
    ...more,
  };
}

async function program(name: string, script: string): Promise<string> {
  const file = path.join(folder, 'bin', name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

async function wheel(): Promise<string> {
  await mkdir(path.join(folder, 'wheels'));
  const file = path.join(folder, 'wheels', 'hotseat-0.1.0-py3-none-any.whl');
  await writeFile(file, 'a wheel');
  return file;
}

const STEPS = {
  report: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
  waits: () => true,
};

/** A Python whose venv holds a `python` that installs by making a `hotseat`. */
function fakePython(pip: string): string {
  return `case "$*" in
  *venv*)
    for last in "$@"; do :; done
    /bin/mkdir -p "$last/bin"
    /bin/cat >"$last/bin/python" <<END
#!/bin/sh
here="$last/bin"
${pip}
END
    /bin/chmod +x "$last/bin/python" ;;
  *) echo 3.12 ;;
esac`;
}

const INSTALLS = 'printf "#!/bin/sh\\n" >"\\$here/hotseat" && /bin/chmod +x "\\$here/hotseat"';

test('hotseat in PATH is found, a relative entry of PATH is not looked into', async () => {
  const server = await program('hotseat', 'exit 0');
  assert.equal((await look(places())).onPath, server);
  process.env.PATH = path.relative(process.cwd(), path.join(folder, 'bin'));
  assert.equal((await look(places())).onPath, undefined);
});

test('a setting that names a folder is not a program', async () => {
  const found = await look(places({ serverPath: folder }));
  assert.equal(found.configuredRuns, false);
});

test('a fresh machine: the environment is made once, and found from then on', async () => {
  await wheel();
  await program('python3', fakePython(INSTALLS));
  const choice = chooseServer(await look(places()));
  assert.ok(choice.kind === 'install');
  const server = await install(choice.python, choice.wheel, places().storage, STEPS);
  assert.deepEqual(chooseServer(await look(places())), {
    kind: 'run',
    command: server,
    origin: 'private',
  });
});

test('two windows at once: one installs, the other waits for it', async () => {
  const file = await wheel();
  const count = path.join(folder, 'count');
  const python = await program('python3', fakePython(`echo x >>"${count}"; ${INSTALLS}`));
  const servers = await Promise.all([
    install(python, file, places().storage, STEPS),
    install(python, file, places().storage, STEPS),
  ]);
  assert.equal(servers[0], servers[1]);
  assert.equal(await readFile(count, 'utf8'), 'x\n');
});

test('an environment that nothing has started for weeks is removed, a recent one stays', async () => {
  const file = await wheel();
  const python = await program('python3', fakePython(INSTALLS));
  const [old, recent] = ['0'.repeat(16), '1'.repeat(16)].map((name) =>
    path.join(places().storage, `server-${name}`),
  );
  for (const environment of [old!, recent!]) {
    await mkdir(environment, { recursive: true });
    await writeFile(path.join(environment, 'ready.txt'), '');
  }
  await utimes(path.join(old!, 'ready.txt'), 1, 1);
  await install(python, file, places().storage, STEPS);
  const left = await readdir(places().storage);
  assert.ok(!left.includes(path.basename(old!)));
  assert.ok(left.includes(path.basename(recent!)));
  assert.ok(!left.some((name) => name.endsWith('.lock')));
});

test('a newer extension replaces the server of an older one', async () => {
  const file = await wheel();
  const python = await program('python3', fakePython(INSTALLS));
  const old = await install(python, file, places().storage, STEPS);
  await writeFile(file, 'a newer wheel');
  const choice = chooseServer(await look(places()));
  assert.ok(choice.kind === 'install', 'the old one does not count');
  const server = await install(choice.python, choice.wheel, places().storage, STEPS);
  assert.notEqual(server, old);
  const found = chooseServer(await look(places()));
  assert.deepEqual(found, { kind: 'run', command: server, origin: 'private' });
});

test('a half-made environment does not count', async () => {
  await wheel();
  await program('python3', fakePython(`${INSTALLS}; echo "ERROR: no luck" >&2; exit 1`));
  const choice = chooseServer(await look(places()));
  assert.ok(choice.kind === 'install');
  const failed = install(choice.python, choice.wheel, places().storage, STEPS);
  await assert.rejects(failed, (error: unknown) => {
    assert.ok(error instanceof InstallError);
    assert.match(explainInstall(error.text, error.folder).message, /no luck/);
    return true;
  });
  assert.equal(chooseServer(await look(places())).kind, 'install');
});

test('without a build of the embedded engine the server is installed alone', async () => {
  await wheel();
  const pip = `case "\\$*" in *embedded*) echo "No matching distribution found for xllamacpp"; exit 1 ;; esac\n${INSTALLS}`;
  await program('python3', fakePython(pip));
  const choice = chooseServer(await look(places()));
  assert.ok(choice.kind === 'install');
  const server = await install(choice.python, choice.wheel, places().storage, STEPS);
  assert.match(server, /hotseat$/);
});

test('a storage folder that cannot be made is said', async () => {
  const file = await wheel();
  const python = await program('python3', fakePython(INSTALLS));
  const failed = install(python, file, path.join(file, 'storage'), STEPS);
  await assert.rejects(failed, InstallError);
});

test('a Python named in the settings is the only one that is tried', async () => {
  await wheel();
  await program('python3', fakePython(INSTALLS));
  const old = await program('old', 'echo 3.8');
  const found = await look(places({ pythonPath: old }));
  assert.deepEqual(found.pythons, [{ path: old, version: [3, 8] }]);
});
