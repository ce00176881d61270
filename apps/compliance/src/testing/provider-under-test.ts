import { createServer, type RequestListener, type Server } from 'node:http';
import { Provider } from 'oidc-provider';

export type Person = {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly locale?: string;
  readonly groups?: readonly string[];
};

export type ProviderUnderTest = {
  readonly issuer: string;
  readonly people: Map<string, Person>;
  stop(): Promise<void>;
};

export const clientId = 'tact';
export const clientSecret = 'a-secret-of-this-test-alone-and-long';

/** A real provider of identities, with the pages that it has for trying; who signs in is who the test says. */
export const startProvider = async (redirectUri: string): Promise<ProviderUnderTest> => {
  const people = new Map<string, Person>();
  let answer: RequestListener = () => {};
  const server: Server = createServer((request, reply) => answer(request, reply));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'locale', 'groups'],
    },
    cookies: { keys: ['a key of this test alone'] },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people.get(id) }),
    }),
  });
  answer = (request, reply) => void provider.callback()(request, reply);
  return {
    issuer,
    people,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

/** A browser as far as signing in needs one: cookies, redirects and the forms of the provider. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** The answer, not followed. */
  async ask(url: string, form?: Readonly<Record<string, string>>) {
    const { host } = new URL(url);
    const kept = [...this.#cookies]
      .filter(([name]) => name.startsWith(`${host} `))
      .map(([name, value]) => `${name.slice(host.length + 1)}=${value}`);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: kept.join('; '),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(form ? { method: 'POST', body: new URLSearchParams(form).toString() } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(`${host} ${name}`, value);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    return {
      status: response.status,
      text,
      next: location === null ? undefined : new URL(location, url).href,
      setCookie: response.headers.getSetCookie(),
    };
  }

  /** Signs in at the provider from where it was sent to; gives the address that it sends back to. */
  async signIn(from: string, login: string, backTo: string): Promise<string> {
    let url = from;
    for (let step = 0; step < 20; step += 1) {
      const page = await this.ask(url);
      if (page.next !== undefined) {
        url = page.next;
      } else {
        const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
        const prompt = /name="prompt" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
        const sent = await this.ask(new URL(action, url).href, { prompt, login, password: 'any' });
        if (sent.next === undefined) throw new Error(`the provider sends nowhere: ${sent.status}`);
        url = sent.next;
      }
      if (url.startsWith(backTo)) return url;
    }
    throw new Error('the provider sends in circles');
  }
}
