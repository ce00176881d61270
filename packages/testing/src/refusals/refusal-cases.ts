import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What happens to somebody in a case, told in order. Webhooks are the `value` of one change. */
export type Step =
  | { readonly webhook: object; readonly field?: string }
  /** Somebody registers, or a nightly file tells of them once more, with a consent to marketing of that instant. */
  | { readonly register: object; readonly consentAt: string }
  | { readonly consentAt: string; readonly witnessed?: true };

export type RefusalCase = {
  /** The fixture it stands in, or that it is a neighbour of. */
  readonly fixture: string;
  readonly name: string;
  /** Whom the decision is about: asked for by these identities once all has happened. */
  readonly person: object;
  readonly steps: readonly Step[];
  readonly decision: 'denied' | 'allowed';
};

const fixtures = new URL('../../fixtures/field-reports/', import.meta.url);

export type Fixture = {
  readonly contacts: readonly { readonly ref: string; readonly identities: object }[];
  readonly webhooks: readonly { readonly field: string; readonly value: object }[];
  readonly words: readonly string[];
};

/** A fixture with its times counted back from `nowMs`. */
export const fixtureOf = (name: string, nowMs: number): Fixture => {
  const text = readFileSync(new URL(`${name}.json`, fixtures), 'utf8')
    .replaceAll(/\{\{now-(\d+)\}\}/g, (_, ago) => String(Math.floor(nowMs / 1000) - Number(ago)))
    .replaceAll(/\{\{iso-(\d+)\}\}/g, (_, ago) =>
      new Date(nowMs - Number(ago) * 1000).toISOString(),
    );
  return JSON.parse(text) as Fixture;
};

let people = 0;

/** An invented person of the numbers kept for fiction. */
export const somebody = () => {
  people += 1;
  const nth = String(people).padStart(4, '0');
  return { phone: `+3363998${nth}`, bsuid: `FR.71000000000${nth}` };
};
type Somebody = ReturnType<typeof somebody>;

/** How a person is named in a webhook. */
export const by = {
  phone: ({ phone }: Somebody) => ({ from: phone.slice(1) }),
  bsuid: ({ bsuid }: Somebody) => ({ from_user_id: bsuid }),
};

/** A message of the shape that WhatsApp gives it, told `agoSeconds` before `nowMs`. */
export const message = (
  named: object,
  content: object,
  { nowMs, agoSeconds = 600 }: { readonly nowMs: number; readonly agoSeconds?: number },
): Step => {
  const id = `wamid.${randomBytes(16).toString('base64')}`;
  const timestamp = String(Math.floor(nowMs / 1000) - agoSeconds);
  return { webhook: { messages: [{ id, timestamp, ...named, ...content }] } };
};

export const text = (body: string) => ({ type: 'text', text: { body } });
