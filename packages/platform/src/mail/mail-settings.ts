import { readFileSync } from 'node:fs';
import { emailAddress } from '@tact/contracts';
import { z } from 'zod';
import { StartupRefusal } from '../config/startup-refusal.ts';
import { mailLanguages } from './template.ts';

const smtpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol),
    'it looks like smtps://user:password@host:465',
  );
const address = emailAddress('it looks like tact@example.com');
const domain = z.string().regex(/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'it looks like example.com');

/** How mails leave, and who hears of alerts. No mail is sent without SMTP_URL. */
export const mailSettings = {
  SMTP_URL: smtpUrl.optional(),
  /** `optional` also sends in clear to a server without STARTTLS; on this machine it is never asked for. */
  SMTP_TLS: z.enum(['required', 'optional']).default('required'),
  /** The address that mails come from. */
  MAIL_FROM: address.optional(),
  /** DKIM, when all three are set: the file holds the private key as PEM. */
  DKIM_DOMAIN: domain.optional(),
  DKIM_SELECTOR: z
    .string()
    .regex(/^[\w-]{1,63}$/, 'it looks like tact1')
    .optional(),
  DKIM_KEY_FILE: z.string().min(1).optional(),
  /** The operator, who gets a mail for each alert that is raised. */
  ALERT_MAIL_TO: address.optional(),
  ALERT_MAIL_LANGUAGE: z.enum(mailLanguages).default('en'),
};
const schema = z.object(mailSettings);
export type MailSettings = z.infer<typeof schema>;

const dkim = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY_FILE'] as const;

/** A sentence per setting that another one needs. */
export const missingMailSettings = (settings: MailSettings): readonly string[] => {
  const { SMTP_URL, MAIL_FROM, ALERT_MAIL_TO } = settings;
  const given = dkim.filter((name) => settings[name] !== undefined);
  const absent = dkim.filter((name) => settings[name] === undefined);
  return [
    ...(SMTP_URL !== undefined && MAIL_FROM === undefined
      ? ['MAIL_FROM is not set; SMTP_URL needs it.']
      : []),
    ...(ALERT_MAIL_TO !== undefined && SMTP_URL === undefined
      ? ['SMTP_URL is not set; ALERT_MAIL_TO needs it.']
      : []),
    ...(given.length > 0 ? absent.map((name) => `${name} is not set; ${given[0]} needs it.`) : []),
  ];
};

export type DkimKey = {
  readonly domainName: string;
  readonly keySelector: string;
  readonly privateKey: string;
};

/** The key of the settings, or undefined: mails are not signed. Throws `StartupRefusal` when its file cannot be read. */
export const dkimKeyOf = (settings: MailSettings): DkimKey | undefined => {
  const { DKIM_DOMAIN: domainName, DKIM_SELECTOR: keySelector, DKIM_KEY_FILE: file } = settings;
  if (domainName === undefined || keySelector === undefined || file === undefined) return undefined;
  try {
    return { domainName, keySelector, privateKey: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new StartupRefusal('The file of DKIM_KEY_FILE cannot be read.', { cause: error });
  }
};
