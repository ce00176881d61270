import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../terminal/refusal.ts';

const Manifest = z.object({
  fixture_app_secret: z.string(),
  own_wabas: z.array(z.string()),
  received_at_for_tests: z.string(),
  cases: z.array(
    z.object({
      id: z.string(),
      file: z.string(),
      /** Null: the case goes without that header. */
      headers: z.record(z.string(), z.string().nullable()),
      expect: z.object({ http: z.int() }),
    }),
  ),
});

const Handshakes = z.object({
  verify_token: z.string(),
  cases: z.array(
    z.object({
      name: z.string(),
      query: z.string(),
      expect: z.object({
        http: z.int(),
        body: z.string().optional(),
        content_type: z.string().optional(),
      }),
    }),
  ),
});

export type Body = Uint8Array<ArrayBuffer>;
export type CorpusCase = {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: { readonly http: number };
  readonly body: Body;
};
export type Handshake = z.infer<typeof Handshakes>['cases'][number];
export type Corpus = {
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly wabaIds: readonly string[];
  readonly receivedAt: string;
  readonly cases: readonly CorpusCase[];
  readonly handshakes: readonly Handshake[];
};

const read = (folder: string, file: string): Body => {
  try {
    return new Uint8Array(readFileSync(join(folder, file)));
  } catch (error) {
    throw new Refusal(
      `${join(folder, file)} cannot be read: give the folder of the WhatsApp corpus.`,
      {
        cause: error,
      },
    );
  }
};

const parse = <Schema extends z.ZodType>(
  schema: Schema,
  folder: string,
  file: string,
): z.infer<Schema> => {
  const text = new TextDecoder().decode(read(folder, file));
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new Refusal(`${join(folder, file)} does not have the shape of the WhatsApp corpus.`, {
      cause: error,
    });
  }
};

/** Reads the corpus of WhatsApp bodies with the answers they must get. Throws `Refusal`. */
export const readCorpus = (folder: string): Corpus => {
  const manifest = parse(Manifest, folder, 'manifest.json');
  const handshakes = parse(Handshakes, folder, 'handshake.json');
  return {
    appSecret: manifest.fixture_app_secret,
    verifyToken: handshakes.verify_token,
    wabaIds: manifest.own_wabas,
    receivedAt: manifest.received_at_for_tests,
    cases: manifest.cases.map(({ id, file, expect, headers }) => ({
      id,
      expect,
      headers: Object.fromEntries(
        Object.entries(headers).filter((header): header is [string, string] => header[1] !== null),
      ),
      body: read(folder, file),
    })),
    handshakes: handshakes.cases,
  };
};
