import { describe, expect, test } from '@jest/globals';
import { runInContext } from './context.ts';
import { createLog } from './logger.ts';
import { NestLog } from './nest-log.ts';
import { describeError, personalFieldNames, scrub } from './redaction.ts';

const phone = '+33639980777';
const digits = '33639980777';

const logged = (write: (log: ReturnType<typeof createLog>) => void): string => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  write(createLog({ service: 'test', level: 'debug', destination }));
  return lines.join('');
};

test('the names of personal fields come from the contracts', () => {
  expect([...personalFieldNames]).toEqual(
    expect.arrayContaining(['phone', 'bsuid', 'email', 'crmId', 'link', 'attributes', 'observer']),
  );
});

test('an id is withheld under the name of what it is of, and a reason of ours is no person’s', () => {
  const line = { id: 'im_1', reason: 'no-key', link: { connection: 'hubspot', id: '501' } };
  const text = logged((log) => log.info(line, 'imported'));
  expect(text).toContain('im_1');
  expect(text).toContain('no-key');
  expect(text).not.toContain('501');
});

test.each([
  `could not call ${phone}`,
  'could not call +33 6 39 98 07 77',
  'could not call 06-39-98-07-77-1',
  'mail to marie.curie@example.org failed',
  'unknown wamid.HBgLMzM2Mzk5ODA3NzcVAgASGBQ',
  'key tact_live_abcdefgh_ijkl refused',
])('%s loses what may be personal or secret', (text) => {
  expect(scrub(text)).toMatch(/\[withheld\]/);
  expect(scrub(text)).not.toMatch(/639|marie|HBgL|abcdefgh|07-77/);
});

describe('an error in the log', () => {
  const driver = Object.assign(new Error(`invalid input syntax for type uuid: "${phone}"`), {
    severity: 'ERROR',
    code: '23505',
    constraint: 'identities_pkey',
    detail: `Key (phone)=(${phone}) already exists.`,
    parameters: [phone],
  });

  test('keeps what tells the defect and loses the row', () => {
    const reported = describeError(new Error('could not save', { cause: driver }));
    expect(reported).toMatchObject({
      message: 'could not save',
      cause: { code: '23505', constraint: 'identities_pkey', stack: expect.any(Array) },
    });
    expect(JSON.stringify(reported)).not.toContain(digits);
  });

  test('is written so through pino, whatever field holds it, and through the framework', () => {
    const parser = new SyntaxError(`Unexpected token '+', "{"phone":${phone}" is not valid JSON`);
    const text = logged((log) => {
      log.error({ error: driver, nested: { deep: [{ err: parser }] } }, 'failed');
      log.warn({ err: parser, body: phone, identities: { phone } }, 'failed');
      new NestLog(log).error(driver, 'stack', 'ExceptionsHandler');
      new NestLog(log).error(`Cannot GET /v1/contacts/${phone}`);
    });
    expect(text.split('\n').filter(Boolean)).toHaveLength(4);
    expect(text).not.toContain(digits);
    expect(text).toContain('SyntaxError');
  });
});

test('a line carries the correlation of the work under way', () => {
  const context = { correlationId: 'c-1', traceId: 't-1', traceparent: '' };
  const text = logged((log) => runInContext(context, () => log.info({ outcome: 'ok' }, 'done')));
  expect(JSON.parse(text)).toMatchObject({ correlationId: 'c-1', traceId: 't-1', outcome: 'ok' });
});
