import { randomBytes } from 'node:crypto';
import type { Credentials } from '@tact/contracts';
import { readCredentials, readDrawnCredentials } from './credentials-file.ts';
import type { Home } from './home.ts';
import { Refusal } from '../terminal/refusal.ts';

/** What the services and a caller share; everything of `credentials.json` but the origin. */
export type Secrets = Omit<Credentials, 'origin'>;

const randomWabaId = (): string =>
  `99${Array.from(randomBytes(13), (byte) => String(byte % 10)).join('')}`;

const wabaIdsOf = (list: string | undefined): string[] | undefined => {
  const ids = (list ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return ids.length === 0 ? undefined : ids;
};

/** Given by the environment, else kept from the last run, else made once; `newKey` draws the API key anew. */
export const secretsFor = (
  home: Home,
  env: NodeJS.ProcessEnv,
  { newKey }: { readonly newKey: boolean },
): Secrets => {
  const kept = readCredentials(home, { mayBeDamaged: newKey }) ?? readDrawnCredentials(home);
  const keptKey = newKey ? undefined : kept?.apiKey;
  return {
    tenant: 'demo',
    apiKey: keptKey ?? `tact_demo_${randomBytes(24).toString('hex')}`,
    whatsapp: whatsappSecretsFor(env, kept?.whatsapp),
  };
};

const whatsappSecretsFor = (
  env: NodeJS.ProcessEnv,
  kept: Secrets['whatsapp'] | undefined,
): Secrets['whatsapp'] => {
  const { appSecret, verifyToken, wabaIds } = kept ?? drawnWhatsappSecrets();
  return {
    appSecret: env['WHATSAPP_APP_SECRET'] || appSecret,
    verifyToken: env['WHATSAPP_VERIFY_TOKEN'] || verifyToken,
    wabaIds: wabaIdsOf(env['WHATSAPP_WABA_IDS']) ?? wabaIds,
  };
};

const drawnWhatsappSecrets = (): Secrets['whatsapp'] => ({
  appSecret: randomBytes(16).toString('hex'),
  verifyToken: randomBytes(16).toString('hex'),
  wabaIds: [randomWabaId(), randomWabaId()],
});

/** What a client verb needs of a running platform. Throws `Refusal` when none ever ran here. */
export const credentialsIn = (home: Home): Credentials => {
  const data = readCredentials(home);
  if (data === undefined) {
    throw new Refusal(
      `There are no credentials in ${home.root}: start the platform with npm start, or set TACT_HOME to its data folder.`,
    );
  }
  return data;
};
