import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Clock } from './clock.ts';
import { readConfig, redactedConfig } from './config.ts';
import { StartupRefusal } from './startup-refusal.ts';

const url = 'postgres://tact:s3cret-word@db.example:5432/tact';
const own = z.object({ APP_SECRET: z.string().min(8) });

test('the defaults are for one machine, and an empty variable is an absent one', () => {
  expect(readConfig({ DATABASE_URL: url, KAFKA_BROKERS: '' })).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 0,
    TACT_MODE: 'server',
    TACT_LOG_LEVEL: 'info',
  });
  expect(readConfig({ DATABASE_URL: url, KAFKA_BROKERS: '' }).KAFKA_BROKERS).toBeUndefined();
});

describe('one sentence for what is wrong', () => {
  const sentence = (environment: Record<string, string>): string => {
    try {
      readConfig(environment, own);
    } catch (error) {
      expect(error).toBeInstanceOf(StartupRefusal);
      return (error as Error).message;
    }
    throw new Error('the settings were taken');
  };

  test.each([
    [{}, /^DATABASE_URL is not set\.$/],
    [{ DATABASE_URL: 'mysql://x' }, /^DATABASE_URL is wrong: it looks like postgres:\/\//],
    [{ DATABASE_URL: url, PORT: '80808', APP_SECRET: 'long enough' }, /^PORT is wrong: /],
    [{ DATABASE_URL: url }, /^APP_SECRET is not set\.$/],
    [{ DATABASE_URL: url, APP_SECRET: 'hunter2' }, /^APP_SECRET is wrong: /],
    [
      { DATABASE_URL: url, APP_SECRET: 'long enough', TACT_CLOCK: '2026-11-02T08:00:00Z' },
      /^TACT_CLOCK is for the embedded mode only; unset it\.$/,
    ],
    [
      { DATABASE_URL: url, APP_SECRET: 'long enough', TACT_CLOCK_ADVANCED_MS: '1' },
      /^TACT_CLOCK_ADVANCED_MS is for the embedded mode only; unset it\.$/,
    ],
    [
      { DATABASE_URL: url, APP_SECRET: 'long enough', TACT_ROOT_KEY: 'aws-kms' },
      /^TACT_ROOT_DEPLOYMENT is not set; aws-kms needs it\. TACT_AWS_REGION is not set; aws-kms needs it\.$/,
    ],
    [
      {
        DATABASE_URL: url,
        APP_SECRET: 'long enough',
        TACT_ROOT_KEY: 'vault-transit',
        TACT_ROOT_DEPLOYMENT: 'shop',
        TACT_VAULT_URL: 'https://vault.example:8200',
      },
      /^TACT_VAULT_TOKEN_FILE or TACT_VAULT_TOKEN is not set; vault-transit needs it\.$/,
    ],
    [
      { DATABASE_URL: url, TACT_VAULT_URL: 'http://hunter2@vault.example:8200' },
      /^TACT_VAULT_URL is wrong: it looks like https:\/\/host:8200\.$/,
    ],
    [
      { DATABASE_URL: url, APP_SECRET: 'long enough', SMTP_URL: 'smtp://a:hunter2@host' },
      /^MAIL_FROM is not set; SMTP_URL needs it\.$/,
    ],
    [
      { DATABASE_URL: url, APP_SECRET: 'long enough', ALERT_MAIL_TO: 'operator@example.org' },
      /^SMTP_URL is not set; ALERT_MAIL_TO needs it\.$/,
    ],
    [
      { DATABASE_URL: url, APP_SECRET: 'long enough', DKIM_SELECTOR: 'tact1' },
      /^DKIM_DOMAIN is not set; DKIM_SELECTOR needs it\. DKIM_KEY_FILE is not set; DKIM_SELECTOR needs it\.$/,
    ],
    [
      { DATABASE_URL: url, TACT_OUTBOUND_NETWORKS: '10.0.0.0/8, x' },
      /^TACT_OUTBOUND_NETWORKS is wrong/,
    ],
    [{ DATABASE_URL: url, SMTP_URL: 'http://a:hunter2@host' }, /^SMTP_URL is wrong: it looks like/],
    [{ DATABASE_URL: url, TACT_ROOT_KEY: 'hunter2' }, /^TACT_ROOT_KEY is wrong: /],
    [{ DATABASE_URL: url, TACT_ROOT_DEPLOYMENT: 'hunter2/../' }, /^TACT_ROOT_DEPLOYMENT is wrong/],
  ])('%#', (environment, expected) => {
    const text = sentence(environment);
    expect(text).toMatch(expected);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('\n');
  });
});

test('what is printed holds no secret', () => {
  const provider = {
    TACT_ROOT_KEY: 'vault-transit',
    TACT_ROOT_DEPLOYMENT: 'shop',
    TACT_VAULT_URL: 'https://vault.example:8200',
    TACT_VAULT_TOKEN: 'hvs.s3cret',
    TACT_BOOTSTRAP_API_KEY: 'tact_live_opens_everything_0123456789abcdef',
    SMTP_URL: 'smtps://tact:s3cret@mail.example',
    MAIL_FROM: 'tact@example.com',
    ALERT_MAIL_TO: 'operator@example.org',
  };
  const config = readConfig({ DATABASE_URL: url, APP_SECRET: 'long enough', ...provider }, own);
  const printed = JSON.stringify(redactedConfig(config));
  expect(printed).toContain('db.example:5432');
  expect(printed).toContain('"APP_SECRET":"[set]"');
  expect(printed).toContain('"TACT_ROOT_KEY":"vault-transit"');
  expect(printed).toContain('"TACT_VAULT_TOKEN":"[set]"');
  expect(printed).toContain('"TACT_BOOTSTRAP_API_KEY":"[set]"');
  expect(printed).toContain('"ALERT_MAIL_TO":"[set]"');
  expect(printed).not.toContain('operator@');
  expect(printed).not.toContain('opens_everything');
  expect(printed).not.toContain('s3cret');
  expect(printed).not.toContain('long enough');
});

test('a clock that starts elsewhere goes on from there', () => {
  const start = new Date('2026-11-02T08:00:00Z');
  const now = new Clock({ startAt: start }).now().getTime();
  expect(now - start.getTime()).toBeGreaterThanOrEqual(0);
  // A clock that did not start there is wrong by days.
  expect(now - start.getTime()).toBeLessThan(60_000);
});
