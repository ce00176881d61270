import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { recordingServer, type RecordingServer, type Reply } from './recording-server.ts';

type Key = { readonly bytes: Buffer; deletionAllowed: boolean };
type Input = Readonly<Record<string, string | boolean | undefined>>;

const errors = (status: number, ...texts: readonly string[]): Reply => ({
  status,
  body: { errors: texts },
});
const keyNotFound = errors(400, 'encryption key not found');
const base64 = (value: Input[string]): Buffer => Buffer.from(String(value ?? ''), 'base64');

/** The routes of the transit engine Tact asks, with Vault's own codes: a missing key is 400, not 404, but for GET. */
class Transit {
  readonly keys = new Map<string, Key>();

  answer(method: string, path: string, input: Input): Reply {
    const [verb = '', name = '', config] = path.split('/');
    const key = this.keys.get(name);
    const routes: Readonly<Record<string, () => Reply>> = {
      'GET keys': () => (key ? { status: 200 } : errors(404)),
      'DELETE keys': () => this.#delete(name, key),
      'POST keys': () =>
        config === undefined ? this.#create(name) : this.#configure(name, key, input),
      'POST encrypt': () => (key ? this.#encrypt(key, input) : keyNotFound),
      'POST decrypt': () => (key ? this.#decrypt(key, input) : keyNotFound),
    };
    return routes[`${method} ${verb}`]?.() ?? errors(405, 'unsupported operation');
  }

  #create(name: string): Reply {
    if (!this.keys.has(name)) {
      this.keys.set(name, { bytes: randomBytes(32), deletionAllowed: false });
    }
    return { status: 200, body: { data: { name } } };
  }

  #configure(name: string, key: Key | undefined, input: Input): Reply {
    if (!key) return errors(400, `no existing key named ${name} could be found`);
    key.deletionAllowed = input['deletion_allowed'] === true;
    return { status: 200, body: { data: { name } } };
  }

  #delete(name: string, key: Key | undefined): Reply {
    if (!key) return errors(400, 'could not delete key; not found');
    if (!key.deletionAllowed) return errors(400, 'deletion is not allowed for this key');
    this.keys.delete(name);
    return { status: 204 };
  }

  #encrypt({ bytes }: Key, input: Input): Reply {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', bytes, iv, { authTagLength: 16 });
    cipher.setAAD(base64(input['associated_data']));
    const body = [cipher.update(base64(input['plaintext'])), cipher.final(), cipher.getAuthTag()];
    const ciphertext = `vault:v1:${Buffer.concat([iv, ...body]).toString('base64')}`;
    return { status: 200, body: { data: { ciphertext, key_version: 1 } } };
  }

  #decrypt({ bytes }: Key, input: Input): Reply {
    const [, text] = /^vault:v1:([A-Za-z0-9+/]+=*)$/.exec(String(input['ciphertext'])) ?? [];
    if (text === undefined) return errors(400, 'invalid ciphertext: could not decode base64');
    try {
      const box = base64(text);
      const opener = createDecipheriv('aes-256-gcm', bytes, box.subarray(0, 12), {
        authTagLength: 16,
      });
      opener.setAAD(base64(input['associated_data']));
      opener.setAuthTag(box.subarray(-16));
      const plain = Buffer.concat([opener.update(box.subarray(12, -16)), opener.final()]);
      return { status: 200, body: { data: { plaintext: plain.toString('base64') } } };
    } catch {
      return errors(400, 'cipher: message authentication failed');
    }
  }
}

export type VaultTransitServer = RecordingServer & { readonly transit: Transit };

/** A Vault on this machine that lets one token in, to one mount. */
export const vaultTransitServer = async (token: string): Promise<VaultTransitServer> => {
  const transit = new Transit();
  const server = await recordingServer(({ method, path, headers, body }) => {
    if (headers['x-vault-token'] !== token) return errors(403, 'permission denied');
    const prefix = '/v1/transit/';
    if (!path.startsWith(prefix)) return errors(404, `no handler for route "${path}"`);
    return transit.answer(method, path.slice(prefix.length), JSON.parse(body || '{}') as Input);
  }, 'application/json');
  return { ...server, transit };
};
