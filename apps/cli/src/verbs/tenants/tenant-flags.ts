import { readFileSync } from 'node:fs';
import { TenantSettingsRequest } from '@tact/contracts';
import type { z } from 'zod';
import { Refusal } from '../../terminal/refusal.ts';

/** What is said of a tenant on the command line; secrets come from a file, because other users see a process's words. */
export type TenantFlags = {
  readonly name?: string;
  readonly country?: string;
  readonly zone?: string;
  /** Comma-separated. */
  readonly languages?: string;
  readonly dpoName?: string;
  readonly dpoEmail?: string;
  readonly contactAddress?: string;
  readonly contactEmail?: string;
  readonly contactPhone?: string;
  readonly replyTo?: string;
  /** A file of JSON, `false` with `--no-whatsapp`. */
  readonly whatsapp?: string | false;
};

type Settings = z.input<typeof TenantSettingsRequest>;

const accountIn = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Refusal(`${file} cannot be read as JSON.`, { cause });
  }
};

type People = Pick<Partial<Settings>, 'dpo' | 'contact' | 'replyTo'>;

/** What is said of one of them goes over what was said before; of nobody nothing is said. */
const over = (before: object | undefined, said: Readonly<Record<string, string | undefined>>) => {
  const named = Object.entries(said).filter(([, value]) => value !== undefined);
  const both = { ...before, ...Object.fromEntries(named) };
  return Object.keys(both).length === 0 ? undefined : both;
};

const peopleFrom = (flags: TenantFlags, before: People): object => {
  const dpo = over(before.dpo, { name: flags.dpoName, email: flags.dpoEmail });
  const contact = over(before.contact, {
    postalAddress: flags.contactAddress,
    email: flags.contactEmail,
    phone: flags.contactPhone,
  });
  const { replyTo = before.replyTo } = flags;
  return {
    ...(dpo === undefined ? {} : { dpo }),
    ...(contact === undefined ? {} : { contact }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
};

/** The settings that the flags say, over those there are. Throws `Refusal` where a value is none. */
export const settingsFrom = (
  flags: TenantFlags,
  before: Partial<Settings> = {},
): TenantSettingsRequest => {
  const { name, country, zone, languages, whatsapp } = flags;
  const { whatsapp: account, defaultZone, ...kept } = before;
  // In another country the zone of before would be wrong more often than right.
  const zoneOfBefore = country === undefined ? defaultZone : undefined;
  const said = {
    ...kept,
    ...(name === undefined ? {} : { name }),
    ...(country === undefined ? {} : { defaultCountry: country }),
    defaultZone: zone ?? zoneOfBefore,
    ...(languages === undefined
      ? {}
      : { languages: languages.split(',').map((language) => language.trim()) }),
    ...peopleFrom(flags, before),
    ...(whatsapp === false
      ? { whatsapp: null }
      : { whatsapp: whatsapp === undefined ? account : accountIn(whatsapp) }),
  };
  const { data, error } = TenantSettingsRequest.safeParse(said);
  if (data) return data;
  const [issue] = error.issues;
  throw new Refusal(`${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'is wrong'}`);
};
