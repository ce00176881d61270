import { join } from 'node:path';
import { Scope, TenantId } from '@tact/contracts';
import { z } from 'zod';
import { mailSettings, missingMailSettings } from '../mail/mail-settings.ts';
import { outboundSettings } from '../outbound/outbound-settings.ts';
import { logLevels } from '../observability/logger.ts';
import {
  missingRootKeySettings,
  rootKeySettings,
} from '../personal-data/root-key/root-key-settings.ts';
import { countrySetting } from './country-setting.ts';
import { StartupRefusal } from './startup-refusal.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** A slash behind it is one of those that browsers add. */
const isOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { origin, href } = new URL(text);
  return href === `${origin}/`;
};

/** What every service reads from its environment, once, in `main`. */
export const PlatformConfig = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'it looks like postgres://user:password@host:5432/name'),
  /** Comma-separated `host:port`; the PostgreSQL log carries the messages when absent. */
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,]+:\d{1,5}(\s*,\s*[^\s,]+:\d{1,5})*$/, 'it looks like host:9092,other:9092')
    .optional(),
  /** 0 takes any free port. */
  PORT: port.default(0),
  HOST: z.string().min(1).default('127.0.0.1'),
  TACT_MODE: z.enum(['embedded', 'server']).default('server'),
  /** Partitions of the topics are counted by it. */
  TACT_PROFILE: z.enum(['development', 'production']).default('development'),
  TACT_HOME: z.string().min(1).default('.tact'),
  /** Folder of the root key's files; `<TACT_HOME>/keys` when absent. */
  TACT_KEYS_DIR: z.string().min(1).optional(),
  /** Key epochs whose loss the operator has accepted: their persons read as erased from the next start on. */
  TACT_LOST_KEY_EPOCHS: z
    .string()
    .regex(/^\d{1,6}(\s*,\s*\d{1,6})*$/, 'it looks like 687,688')
    .optional(),
  /** One for all services: a phone written the national way names the same person in each of them. */
  DEFAULT_COUNTRY: countrySetting.optional(),
  ...rootKeySettings,
  ...mailSettings,
  ...outboundSettings,
  /** RFC 3339: the platform's clock starts there. Embedded mode only. */
  TACT_CLOCK: z.iso.datetime({ offset: true }).optional(),
  /** RFC 3339, real time: when the platform as a whole was started with this clock. */
  TACT_CLOCK_SET_AT: z.iso.datetime({ offset: true }).optional(),
  /** Milliseconds by which the launcher has moved the clock on. Embedded mode only. */
  TACT_CLOCK_ADVANCED_MS: z.coerce.number().int().min(0).optional(),
  TACT_LOG_LEVEL: z.enum(logLevels).default('info'),
  /** Where people reach the platform: the links of mails begin so. */
  TACT_PUBLIC_ORIGIN: z
    .url({ protocol: /^https?$/, error: 'it looks like https://tact.example' })
    .refine((text) => isOrigin(text), 'it is an origin alone, like https://tact.example')
    .transform((text) => new URL(text).origin)
    .optional(),
  TACT_TRUSTED_PROXIES: z.string().min(1).default('loopback'),
  TACT_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(6000),
  TACT_DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(8),
  /** The account of WhatsApp that belongs to one tenant from the start, as long as that one names none of its own. */
  WHATSAPP_APP_SECRET: z.string().min(1).optional(),
  WHATSAPP_VERIFY_TOKEN: z.string().min(1).optional(),
  /** Comma-separated. */
  WHATSAPP_WABA_IDS: z.string().optional(),
  /** The first tenant when absent. */
  WHATSAPP_TENANT: TenantId.optional(),
  /** A tenant and a key of the operator's own making, which exist from the first start. */
  TACT_BOOTSTRAP_TENANT: TenantId.default('demo'),
  TACT_BOOTSTRAP_API_KEY: z.string().min(1).optional(),
  /** Embedded mode: the key above takes the place of the first one there was, which is revoked. */
  TACT_NEW_FIRST_KEY: z.enum(['yes', 'no']).default('no'),
});
export type PlatformConfig = z.infer<typeof PlatformConfig>;

/** The service's settings, as an injectable: the platform's and its own. */
export class ServiceConfig<Values = unknown> {
  readonly values: PlatformConfig & Values;

  constructor(values: PlatformConfig & Values) {
    this.values = values;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable is an absent one: that is how shells and compose files unset them. */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

const sentenceOf = (issue: z.core.$ZodIssue, environment: Environment): string => {
  const name = String(issue.path[0] ?? 'The environment');
  if (environment[name] === undefined) return `${name} is not set.`;
  // The value may be a secret, so the sentence says what is expected and not what was found.
  return `${name} is wrong: ${issue.message}.`;
};

const parse = <Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
): z.infer<Schema> => {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue) => sentenceOf(issue, environment));
  throw new StartupRefusal([...new Set(sentences)].join(' '));
};

const embeddedOnly = ['TACT_CLOCK', 'TACT_CLOCK_ADVANCED_MS'] as const;

/** RFC 8058 asks for HTTPS; who tries the platform on this machine has no certificate. */
const isFitForMails = (origin: string): boolean =>
  origin.startsWith('https:') ||
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);

/** Reads the environment. Throws `StartupRefusal` with one sentence for each setting that is wrong. */
export const readConfig = <Schema extends z.ZodType = z.ZodType>(
  environment: Environment,
  ownSchema?: Schema,
): PlatformConfig & z.infer<Schema> => {
  const given = withoutEmpty(environment);
  const platform = parse(PlatformConfig, given);
  const own = (ownSchema ? parse(ownSchema, given) : {}) as z.infer<Schema>;
  const misplaced = embeddedOnly.find((name) => platform[name] !== undefined);
  if (misplaced && platform.TACT_MODE !== 'embedded') {
    throw new StartupRefusal(`${misplaced} is for the embedded mode only; unset it.`);
  }
  const origin = platform.TACT_PUBLIC_ORIGIN;
  if (platform.SMTP_URL !== undefined && origin !== undefined && !isFitForMails(origin)) {
    throw new StartupRefusal(
      'TACT_PUBLIC_ORIGIN is wrong: the links of mails need https, beside SMTP_URL.',
    );
  }
  const missing = [...missingRootKeySettings(platform), ...missingMailSettings(platform)];
  if (missing.length > 0) throw new StartupRefusal(missing.join(' '));
  return { ...platform, ...(own as object) } as PlatformConfig & z.infer<Schema>;
};

export const keysFolderOf = (config: PlatformConfig): string =>
  config.TACT_KEYS_DIR ?? join(config.TACT_HOME, 'keys');

/** `admin` and every other scope, for the first tenant's key. */
export const allScopes: readonly Scope[] = Scope.options;

/** A secret by its name, or somebody's address. */
const unprintable = /(?:KEY|URL|TOKEN|SECRET|PASSWORD|CREDENTIALS|MAIL_TO|MAIL_FROM)$/;
const printable: ReadonlySet<string> = new Set(
  Object.keys(PlatformConfig.shape).filter(
    (name) => name === 'TACT_ROOT_KEY' || !unprintable.test(name),
  ),
);

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'unreadable');

/** What may be printed of the settings: names of all, values of those that are no secret. */
export const redactedConfig = (config: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        if (name === 'DATABASE_URL') return [name, `postgres://…@${hostOf(String(value))}/…`];
        return [name, printable.has(name) ? value : '[set]'];
      }),
  );
