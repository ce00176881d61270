import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wishInWords } from './wish-in-words.ts';
import { stopWords, stopWordsTyped } from './wish-words.ts';

const fixtures = new URL('../../../testing/fixtures/', import.meta.url);
const json = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(path, fixtures), 'utf8')) as unknown;

const typed = (text: string) => wishInWords([{ how: 'typed', text }]);
const chosen = (text: string) => wishInWords([{ how: 'chosen', text }]);
const reacted = (text: string) => wishInWords([{ how: 'reacted', text }]);

/** As they are written in the lists, accents and all. */
const written = (groups: readonly { readonly words: string }[]): readonly string[] =>
  groups.flatMap(({ words }) =>
    words.split(/[,،]/).map((word) => word.trim().replaceAll(/\s+/g, ' ')),
  );

describe('a message that asks us to stop', () => {
  const { words } = json('field-reports/07-stop-words.json') as { words: string[] };
  test.each(words)('%p of the trade’s lists', (said) => {
    expect(typed(said)).toBe('stop-word');
  });

  test.each([
    ['courtesy', 'Bonjour, stop merci'],
    ['courtesy', 'S’il vous plaît, STOP !'],
    ['courtesy', 'stop por favor, gracias'],
    ['courtesy', 'إيقاف من فضلكم'],
    ['courtesy', 'Oi, parar por favor'],
    ['repetition', 'STOP STOP STOP!!!'],
    ['repetition', 'stopstopstop'],
    ['repetition', 'STOP / ARRET / UNSUBSCRIBE'],
    ['letters held down', 'STOOOOP'],
    ['letters held down', 'arrêêêt'],
    ['letters apart', 'S T O P'],
    ['letters apart', 's.t.o.p.'],
    ['bold', '*STOP*'],
    ['quotes', '« STOP »'],
    ['full width', 'ＳＴＯＰ'],
    ['another style of letters', '𝐒𝐓𝐎𝐏'],
    ['drawn letters', '🆂🆃🅾🅿'],
    ['letters as flags', '🇸🇹🇴🇵'],
    ['a Turkish keyboard', 'UNSUBSCRİBE'],
    ['a Turkish keyboard', 'unsubscrıbe'],
    ['tatweel', 'إيقـــاف'],
    ['vowel marks', 'إِيقَافٌ'],
    ['without hamza', 'ايقاف'],
    ['a joiner within', 'ST\u200dOP'],
    ['a soft hyphen within', 'UN\u00adSUBSCRIBE'],
    ['a byte order mark', '\ufeffSTOP'],
    ['a direction mark', '\u200fSTOP\u200e'],
    ['U+0000', 'STOP\u0000'],
    ['U+0000 within', 'ST\u0000OP'],
    ['half a surrogate pair', 'STOP \ud83d'],
    ['half a surrogate pair within', 'ST\udc00OP'],
    ['what stands for either', 'STOP\ufffd'],
    ['the sign', '🛑'],
    ['the sign', '🛑🛑 merci'],
    ['a name below', 'STOP\nJean Dupont'],
    ['a name below', 'STOP\nJEAN DE LA TOUR'],
    [
      'a signature',
      'Désabonner\n\nCordialement,\nMme Anne-Lise D’Arcy\n06 39 98 01 02\nal@example.org',
    ],
    ['a signature after dashes', 'stop\n--\nAny words whatever, and a website'],
    ['a program’s line', 'Baja\nEnviado desde mi iPhone'],
    ['a greeting above', 'Bonjour Madame Martin,\n\nSTOP\n\nMerci'],
    ['another line end', 'Hello\rSTOP\u2028Thanks'],
    ['one’s own words', 'please stop sending me these ads'],
    ['one’s own words', 'Je ne veux plus recevoir vos promos'],
    ['one’s own words', 'dejen de enviarme publicidad por favor'],
    ['one’s own words', 'parem de me mandar promoções'],
    ['one’s own words', 'أوقفوا إرسال العروض'],
  ])('with %s: %p', (_, said) => {
    expect(typed(said)).toBe('stop-word');
  });
});

describe('what may be a request, and may not, is in doubt', () => {
  test.each([
    ['a slip', 'stoop'],
    ['a slip', 'sotp'],
    ['a slip', 'unsuscribe'],
    ['a slip', 'Desaboner svp'],
    ['another alphabet within', 'STОP'],
    ['a sentence of its own', 'Où est mon colis ? stop'],
    ['a sentence of its own', 'Stop, c’est une blague !'],
    ['a line of its own', 'STOP\nI told you so last week already'],
    ['capitals', 'please just STOP'],
    ['a part that means little else', 'Hello, I never signed up, remove me from this right now'],
    ['a part that means little else', 'Quiero saber cómo darme de baja del boletín de la tienda'],
    ['to stop and to go on', 'stop start'],
    ['no entry', '⛔'],
    ['a prohibition', '🚫'],
  ])('%s: %p', (_, said) => {
    expect(typed(said)).toBe('doubtful-stop-word');
  });
});

describe('a message that asks for nothing of the kind', () => {
  test.each([
    'stop by tomorrow',
    'non stop',
    'don’t stop',
    'arrêt de bus',
    'please cancel my order 1234',
    'endless',
    'STOPOVER',
    'shop',
    'step',
    'top',
    'stp',
    'merci',
    'merci de',
    'je veux',
    'quitter',
    'yes',
    'oui',
    'Volver',
    'voltar',
    '',
    '!!!',
    '✋',
    '👎',
    'cancel\nmy order please',
    `stop ${'x'.repeat(200)}`,
  ])('%p', (said) => {
    expect(typed(said)).toBeUndefined();
  });

  const ordinary = json('wishes/ordinary-sentences.json') as Record<string, string[]>;
  const sentences = Object.values(ordinary).flat();

  test.each(sentences)('%p does not stop everything, nor reopens anything', (said) => {
    expect([undefined, 'doubtful-stop-word']).toContain(typed(said));
    expect([undefined, 'doubtful-stop-word']).toContain(chosen(said));
  });

  test('of 200 ordinary sentences one in a hundred at most is in doubt', () => {
    const inDoubt = sentences.filter((said) => typed(said) !== undefined);
    expect(sentences.length).toBeGreaterThanOrEqual(200);
    expect(inDoubt.length).toBeLessThanOrEqual(2);
  });
});

describe('what is chosen', () => {
  test.each(['STOP_YES', 'unsubscribe_all', 'MENU-STOP'])(
    '%p on a button may be about the order, and is in doubt',
    (said) => {
      expect(chosen(said)).toBe('doubtful-stop-word');
    },
  );

  test.each(['freq-week', 'Confirm', 'START', 'Reprendre', 'b1'])('%p asks for nothing', (said) => {
    expect(chosen(said)).toBeUndefined();
  });
});

test.each([
  ['🛑', 'stop-word'],
  ['⛔', 'doubtful-stop-word'],
  ['🚫', 'doubtful-stop-word'],
  ['✋', undefined],
  ['👍', undefined],
  ['', undefined],
  ['STOP', undefined],
] as const)('a reaction %p is heard as %p', (emoji, wish) => {
  expect(reacted(emoji)).toBe(wish);
});

test('of several things said in one message the one that stops more is heard', () => {
  const start = { how: 'typed', text: 'start' } as const;
  const doubt = { how: 'chosen', text: 'cancel' } as const;
  const stop = { how: 'reacted', text: '🛑' } as const;
  expect(wishInWords([start, doubt, stop])).toBe('stop-word');
  expect(wishInWords([start, doubt])).toBe('doubtful-stop-word');
  expect(wishInWords([])).toBeUndefined();
});

test('a request behind as much text as WhatsApp takes is not looked for, and takes no time', () => {
  expect(typed(`${'a '.repeat(3_000)}\nSTOP`)).toBeUndefined();
  expect(typed(`STOP\n${'Jean\n'.repeat(3_000)}`)).toBe('stop-word');
});

const invisible = fc.constantFrom(
  '\u200b',
  '\u200c',
  '\u200d',
  '\u200e',
  '\u200f',
  '\u00ad',
  '\ufeff',
  '\u2060',
  '\u0000',
  '\ud83d',
  '\u034f',
);
const around = fc
  .array(
    fc.constantFrom(' ', '!', '.', '…', '🙏', '😡', '👋🏽', '\n', '\t', '«', '"', '*', '❤️', '👨‍👩‍👧'),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const greeting = fc.constantFrom(
  '',
  'Bonjour,\n',
  'Hello ',
  'Hola! ',
  'Olá ',
  'مرحبا ',
  'Bonsoir Madame,\n',
);
const closing = fc.constantFrom(
  '',
  ' merci',
  '\nThank you',
  ' gracias',
  ' obrigada',
  ' شكرا',
  '\nCordialement,\nJean Dupont',
  '\n-- \nwritten on the train, whatever it says',
  '\nSent from my iPhone',
  '\n+33 6 39 98 01 02',
);
const cased = (word: string, cases: readonly boolean[]): string =>
  Array.from(word)
    .map((letter, nth) => (cases[nth % cases.length] ? letter.toUpperCase() : letter.toLowerCase()))
    .join('');
const sprinkled = (
  word: string,
  marks: readonly { readonly at: number; readonly mark: string }[],
) =>
  marks.reduce((text, { at, mark }) => {
    const letters = Array.from(text);
    const place = at % (letters.length + 1);
    return [...letters.slice(0, place), mark, ...letters.slice(place)].join('');
  }, word);

test('in any case, with what cannot be seen, pictures, greetings and signatures, a request is heard', () => {
  const words = fc.constantFrom(...written(stopWords), ...written(stopWordsTyped));
  const marks = fc.array(fc.record({ at: fc.nat(60), mark: invisible }), { maxLength: 4 });
  const forms = fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD');
  fc.assert(
    fc.property(
      fc.record({
        word: words,
        cases: fc.array(fc.boolean(), { minLength: 1 }),
        marks,
        before: around,
        after: around,
        greeting,
        closing,
        form: forms,
      }),
      (one) => {
        const word = sprinkled(cased(one.word.normalize(one.form), one.cases), one.marks);
        expect(typed(`${one.greeting}${one.before} ${word} ${one.after}${one.closing}`)).toBe(
          'stop-word',
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a request with something else said beside it is a sentence, and never stops everything', () => {
  const others = fc.constantFrom(
    'demain',
    'my order',
    '1234',
    'chez vous',
    'by Monday',
    'le bus',
    'mi pedido',
    'طلبي',
  );
  const words = fc.constantFrom(...written(stopWords), ...written(stopWordsTyped));
  fc.assert(
    fc.property(words, others, fc.boolean(), (word, other, isFirst) => {
      expect(typed(isFirst ? `${other} ${word}` : `${word} ${other}`)).not.toBe('stop-word');
    }),
  );
});

test('whatever is said, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const wishOf of [typed, chosen, reacted]) wishOf(text);
    }),
  );
});
