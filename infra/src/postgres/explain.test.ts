import { expect, test } from '@jest/globals';
import { explain, orphansRemain, portWasTaken } from './explain.ts';

const about = { what: 'PostgreSQL could not start on', dataDir: '/data/pg' };

test('a full disk is named as such, whatever else was printed', () => {
  const said =
    'creating subdirectories ... ok\ninitdb: error: could not write: No space left on device';
  expect(explain(said, about)).toMatchObject({
    reason: 'no-disk-space',
    message: 'No disk space is left for /data/pg: free some and start again.',
  });
});

test('the last complaint of the server is the reason given', () => {
  const said = [
    '2026-11-23 23:02:10.288 UTC [8231] LOG:  starting PostgreSQL 18.4',
    '2026-11-23 23:02:10.290 UTC [8231] FATAL:  control file is damaged',
    '2026-11-23 23:02:10.291 UTC [8231] LOG:  database system is shut down',
  ].join('\n');
  expect(explain(said, about)).toMatchObject({
    reason: 'start-failed',
    message: 'PostgreSQL could not start on /data/pg: control file is damaged.',
  });
});

test('silence is said too', () => {
  expect(explain('', about).message).toBe(
    'PostgreSQL could not start on /data/pg: it said nothing.',
  );
});

test('what passes by itself is told from what does not', () => {
  expect(
    orphansRemain('FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use'),
  ).toBe(true);
  expect(portWasTaken('could not bind IPv4 address "127.0.0.1": Address already in use')).toBe(
    true,
  );
  expect(orphansRemain('FATAL:  control file is damaged')).toBe(false);
});
