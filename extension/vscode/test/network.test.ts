import assert from 'node:assert/strict';
import { test } from 'node:test';

import { downloadsForbiddenBy, userRoster } from '../src/pure/network.ts';

test('nothing said allows downloads', () => {
  assert.equal(downloadsForbiddenBy(undefined, ''), undefined);
  assert.equal(downloadsForbiddenBy(' pull ', 'budget: 2GB\nnetwork: pull\n'), undefined);
  assert.equal(downloadsForbiddenBy('', '# network: none\n'), undefined);
});

test('the variable or the file forbids them', () => {
  assert.equal(downloadsForbiddenBy('none', ''), 'HOTSEAT_NETWORK=none');
  assert.equal(
    downloadsForbiddenBy('PULL', 'network: none'),
    '`network: none` in your experts.yaml',
  );
  const file = 'budget: 2GB\nnetwork: "hosts" # at work\n';
  assert.equal(downloadsForbiddenBy('pull', file), '`network: hosts` in your experts.yaml');
  assert.match(downloadsForbiddenBy('nothing', '') ?? '', /HOTSEAT_NETWORK=nothing/);
});

test('the file is where the server looks for it', () => {
  assert.equal(userRoster({}, '/home/ada', 'linux'), '/home/ada/.config/hotseat/experts.yaml');
  assert.equal(userRoster({ XDG_CONFIG_HOME: '/c' }, '/h', 'linux'), '/c/hotseat/experts.yaml');
  assert.equal(userRoster({ HOTSEAT_EXPERTS: '~/e.yaml' }, '/h', 'linux'), '/h/e.yaml');
  assert.equal(
    userRoster({}, '/Users/ada', 'darwin'),
    '/Users/ada/Library/Application Support/hotseat/experts.yaml',
  );
  assert.equal(
    userRoster({ LOCALAPPDATA: 'C:\\L' }, 'C:\\U', 'win32'),
    'C:\\L\\hotseat\\hotseat\\experts.yaml',
  );
});
