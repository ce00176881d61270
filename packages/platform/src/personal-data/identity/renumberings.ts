type Rewrite = readonly [spelling: RegExp, other: string];

/** A reform that left several spellings of one person's number in use: WhatsApp's `wa_id` may be the older one. */
type Renumbering = {
  /** ISO 3166. */
  readonly country: string;
  /** From this day on the newer spelling is the number; accounts made before it keep the older one. */
  readonly since: string;
  readonly source: string;
  /** From each older spelling to the one of today. */
  readonly current: readonly Rewrite[];
  /** From today's spelling to each older one. No older spelling may be another subscriber's number of today. */
  readonly older: readonly Rewrite[];
};

/** Add a row when a country renumbers its mobiles. Both directions are tried by a test against the numbering plans. */
export const renumberings: readonly Renumbering[] = [
  {
    country: 'AR',
    since: '1999-01-24',
    source:
      'libphonenumber FAQ, "Argentina": mobiles have a 9 after +54 that address books leave out',
    current: [[/^\+54([1-8]\d{9})$/, '+549$1']],
    older: [[/^\+549([1-8]\d{9})$/, '+54$1']],
  },
  {
    country: 'BR',
    since: '2016-11-06',
    source:
      'Anatel, Resolution 553/2010: a ninth digit before mobiles, the last areas in November 2016',
    current: [[/^\+55([1-9]\d)([6-9]\d{7})$/, '+55$19$2']],
    older: [[/^\+55([1-9]\d)9([6-9]\d{7})$/, '+55$1$2']],
  },
  {
    country: 'CM',
    since: '2014-11-21',
    source: 'Minpostel and ART, September 2014: 6 before all mobiles',
    current: [[/^\+237([5-79]\d{7})$/, '+2376$1']],
    older: [[/^\+2376([5-79]\d{7})$/, '+237$1']],
  },
  {
    country: 'VN',
    since: '2018-09-15',
    source:
      'MIC, Decision 798/QD-BTTTT: mobiles of eleven digits become ten; migrator/recipes.csv of libphonenumber',
    current: [
      [/^\+8412([068]\d{7})$/, '+847$1'],
      [/^\+84121(\d{7})$/, '+8479$1'],
      [/^\+84122(\d{7})$/, '+8477$1'],
      [/^\+8412([345]\d{7})$/, '+848$1'],
      [/^\+84127(\d{7})$/, '+8481$1'],
      [/^\+84129(\d{7})$/, '+8482$1'],
      [/^\+8416([2-9]\d{7})$/, '+843$1'],
      [/^\+8418([68]\d{7})$/, '+845$1'],
      [/^\+84199(\d{7})$/, '+8459$1'],
    ],
    older: [
      [/^\+847([068]\d{7})$/, '+8412$1'],
      [/^\+8479(\d{7})$/, '+84121$1'],
      [/^\+8477(\d{7})$/, '+84122$1'],
      [/^\+848([345]\d{7})$/, '+8412$1'],
      [/^\+8481(\d{7})$/, '+84127$1'],
      [/^\+8482(\d{7})$/, '+84129$1'],
      [/^\+843([2-9]\d{7})$/, '+8416$1'],
      [/^\+845([68]\d{7})$/, '+8418$1'],
      [/^\+8459(\d{7})$/, '+84199$1'],
    ],
  },
  {
    country: 'MX',
    since: '2019-08-03',
    source:
      'IFT, Plan Tecnico Fundamental de Numeracion: no 1 after +52, which WhatsApp goes on writing',
    current: [[/^\+521([2-9]\d{9})$/, '+52$1']],
    older: [[/^\+52([2-9]\d{9})$/, '+521$1']],
  },
  {
    country: 'GA',
    since: '2019-11-16',
    source:
      'ARCEP Gabon: 6 (Libertis, Moov) or 7 (Airtel) after the 0, which falls away after +241',
    current: [
      [/^\+2410?([256]\d{6})$/, '+2416$1'],
      [/^\+2410?([47]\d{6})$/, '+2417$1'],
    ],
    older: [
      [/^\+241(?:6([256]\d{6})|7([47]\d{6}))$/, '+2410$1$2'],
      [/^\+241(?:6([256]\d{6})|7([47]\d{6}))$/, '+241$1$2'],
    ],
  },
  {
    country: 'CI',
    since: '2021-01-31',
    source:
      'ARTCI to the ITU (E.129): 01, 05 or 07 by the second digit; fixed lines 21, 25 or 27 by the third',
    current: [
      [/^\+225([014-9][0-3]\d{6})$/, '+22501$1'],
      [/^\+225([014-9][4-6]\d{6})$/, '+22505$1'],
      [/^\+225([014-9][7-9]\d{6})$/, '+22507$1'],
      [/^\+225([23]\d0\d{5})$/, '+22525$1'],
      [/^\+225(2\d8\d{5})$/, '+22521$1'],
      [/^\+225((?:2\d[1-79]|3\d[1-9])\d{5})$/, '+22527$1'],
    ],
    older: [
      [/^\+22501([014-9][0-3]\d{6})$/, '+225$1'],
      [/^\+22505([014-9][4-6]\d{6})$/, '+225$1'],
      [/^\+22507([014-9][7-9]\d{6})$/, '+225$1'],
      [/^\+22525([23]\d0\d{5})$/, '+225$1'],
      [/^\+22521(2\d8\d{5})$/, '+225$1'],
      [/^\+22527((?:2\d[1-79]|3\d[1-9])\d{5})$/, '+225$1'],
    ],
  },
  {
    country: 'BJ',
    since: '2024-11-30',
    source: 'ARCEP Benin to the ITU: 01 before every number of eight digits',
    current: [[/^\+229([2-9]\d{7})$/, '+22901$1']],
    older: [[/^\+22901([2-9]\d{7})$/, '+229$1']],
  },
];

const rewritten = (e164: string, rules: readonly Rewrite[]): string[] =>
  rules.flatMap(([spelling, other]) =>
    spelling.test(e164) ? [e164.replace(spelling, other)] : [],
  );

const currentRules = renumberings.flatMap(({ current }) => current);
const olderRules = renumberings.flatMap(({ older }) => older);

/** Most numbers are of countries that never renumbered, and WhatsApp tells millions of these. */
const renumbered = /^\+(?:5[245]|84|22[59]|237|241)/;

/** Every spelling of an E.164 number that reaches the same person, itself first. */
export const phoneVariants = (e164: string): readonly string[] => {
  if (!renumbered.test(e164)) return [e164];
  const [current = e164] = rewritten(e164, currentRules);
  return [...new Set([e164, current, ...rewritten(current, olderRules)])];
};
