import type { Home } from '../home/home.ts';

export type Welcome = {
  readonly home: Home;
  readonly origin: string;
  /** As the caller gave it: commands typed elsewhere need it too. */
  readonly tactHome: string | undefined;
  /** Set at the first start when a person watches: it is shown this once and never reaches a journal. */
  readonly newKey: string | undefined;
  /** Mails end in the platform's own sink. */
  readonly hasSink: boolean;
};

const quoted = (path: string): string =>
  /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** What a person reads when everything runs: where the key is, what to look at, what to try, how to stop. */
export const welcomeLines = ({ home, origin, tactHome, newKey, hasSink }: Welcome): string[] => {
  const tact = `${tactHome ? `TACT_HOME=${quoted(home.root)} ` : ''}npm run tact --`;
  return [
    ...(newKey === undefined ? [] : [`  API key of tenant demo, shown this once: ${newKey}`]),
    `  the key, and all else a caller needs, is in ${home.credentials}`,
    `tact is ready at ${origin}`,
    `  look: ${origin}/openapi.json has every route; ${tact} status shows what runs`,
    ...(hasSink
      ? [`  mail: ${origin}/dev/mail shows what the platform mailed; it is delivered to nobody`]
      : []),
    `  try:  ${tact} seed --fixtures posts webhooks of invented people; next time npm start -- --demo`,
    '  stop: Ctrl-C',
  ];
};
