// What a signal kind, a channel, a purpose or a right means stands once, in a `Record` of packages/domain. A list of
// members written by hand compiles on when the union grows, and is then wrong: this rule finds such lists.
import {
  Channel,
  DataRight,
  MessageCategory,
  Purpose,
  SignalKind,
} from '../packages/contracts/src/index.ts';

const unions = {
  SignalKind: SignalKind.options,
  Channel: Channel.options,
  Purpose: Purpose.options,
  DataRight: DataRight.options,
  MessageCategory: MessageCategory.options,
};
/** Lists of families are as bad, yet their words are everyday ones: only the type tells them. */
const typeNames = new Set([
  ...Object.keys(unions),
  'SignalFamily',
  'HumanKind',
  'SuppressionScope',
]);

/** A thing of such a name that is compared with a member is asked what it means, member by member. */
const named = {
  kind: 'SignalKind',
  channel: 'Channel',
  purpose: 'Purpose',
  right: 'DataRight',
  messageCategory: 'MessageCategory',
};

const literal = (node) =>
  node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
const bare = (node) =>
  node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression'
    ? bare(node.expression)
    : node;

/** The union that all of these words belong to, where there are two of them or more. */
const unionOf = (words) =>
  words.length < 2
    ? undefined
    : Object.keys(unions).find((name) => words.every((word) => unions[name].includes(word)));

/** What a chain of `||` or `&&` compares with literals: the words of each thing compared. */
const compared = (node, source, found = new Map()) => {
  if (node.type === 'LogicalExpression') {
    compared(node.left, source, found);
    compared(node.right, source, found);
  } else if (node.type === 'BinaryExpression' && /^[!=]==$/.test(node.operator)) {
    const word = literal(node.right);
    const what = source.getText(node.left);
    if (word !== undefined) found.set(what, [...(found.get(what) ?? []), word]);
  }
  return found;
};

const quoted = (text) => [...text.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, word]) => word);

const rule = {
  meta: { type: 'problem' },
  create(context) {
    const source = context.sourceCode;
    const report = (node, union) =>
      context.report({
        node,
        message: `What a ${union} means is written by hand here, and the next one will be missing: say it in the union's table in packages/domain, and derive this from there.`,
      });
    const checkText = (node, text) => {
      const words = quoted(text).filter((word) =>
        Object.values(unions).some((all) => all.includes(word)),
      );
      const union = unionOf(words);
      if (union !== undefined) report(node, union);
    };
    return {
      NewExpression(node) {
        const name = node.typeArguments?.params[0]?.typeName?.name;
        const isFilled = bare(node.arguments[0])?.type === 'ArrayExpression';
        if (node.callee.name === 'Set' && isFilled && typeNames.has(name)) report(node, name);
      },
      ArrayExpression(node) {
        const words = node.elements.map(literal);
        const union = words.includes(undefined) ? undefined : unionOf(words);
        if (union !== undefined) report(node, union);
      },
      BinaryExpression(node) {
        if (!/^[!=]==$/.test(node.operator)) return;
        const union = named[source.getText(node.left).split(/[.?]+/).at(-1)];
        if (union && unions[union].includes(literal(node.right))) report(node, union);
      },
      LogicalExpression(node) {
        if (node.parent.type === 'LogicalExpression') return;
        for (const words of compared(node, source).values()) {
          const union = unionOf(words);
          if (union !== undefined) report(node, union);
        }
      },
      TemplateElement(node) {
        checkText(node, node.value.raw);
      },
      Literal(node) {
        if (typeof node.value === 'string') checkText(node, node.value);
      },
    };
  },
};

export default { meta: { name: 'tact' }, rules: { 'meaning-stands-once': rule } };
