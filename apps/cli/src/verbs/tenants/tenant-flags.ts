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

/** The settings that the flags say, over those there are. Throws `Refusal` where a value is none. */
export const settingsFrom = (
  { name, country, zone, languages, dpoName, dpoEmail, whatsapp }: TenantFlags,
  before: Partial<Settings> = {},
): TenantSettingsRequest => {
  const dpo = {
    ...before.dpo,
    ...(dpoName === undefined ? {} : { name: dpoName }),
    ...(dpoEmail === undefined ? {} : { email: dpoEmail }),
  };
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
    ...(Object.keys(dpo).length === 0 ? {} : { dpo }),
    ...(whatsapp === false
      ? { whatsapp: null }
      : { whatsapp: whatsapp === undefined ? account : accountIn(whatsapp) }),
  };
  const { data, error } = TenantSettingsRequest.safeParse(said);
  if (data) return data;
  const [issue] = error.issues;
  throw new Refusal(`${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'is wrong'}`);
};
