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

const wrappers = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);
const bare = (node) => {
  if (wrappers.has(node?.type)) return bare(node.expression);
  return node?.type === 'ChainExpression' ? bare(node.expression) : node;
};

/** The name of a property, written with a dot or in brackets. */
const propertyOf = (node) => (node.computed ? literal(node.property) : node.property.name);

/** The word that a node is: a string, a template without expressions, or a member of a schema's `enum`. */
const literal = (given) => {
  const node = bare(given);
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0].value.cooked;
  }
  const holder = node?.type === 'MemberExpression' ? bare(node.object) : undefined;
  const isEnum = holder?.type === 'MemberExpression' && propertyOf(holder) === 'enum';
  return isEnum ? propertyOf(node) : undefined;
};

/** The union that all of these words belong to, where there are two of them or more. */
const unionOf = (words) =>
  words.length < 2
    ? undefined
    : Object.keys(unions).find((name) => words.every((word) => unions[name].includes(word)));

const isEquality = ({ operator }) => /^[!=]==$/.test(operator);

/** The two sides of a comparison with a word, whichever side the word is on. */
const sidesOf = ({ left, right }) => {
  const word = literal(right);
  return word === undefined ? { what: right, word: literal(left) } : { what: left, word };
};

/** What a chain of `||` or `&&` compares with literals: the words of each thing compared. */
const compared = (node, source, found = new Map()) => {
  if (node.type === 'LogicalExpression') {
    compared(node.left, source, found);
    compared(node.right, source, found);
  } else if (node.type === 'BinaryExpression' && isEquality(node)) {
    const { what, word } = sidesOf(node);
    const text = source.getText(what);
    if (word !== undefined) found.set(text, [...(found.get(text) ?? []), word]);
  }
  return found;
};

const quoted = (text) => [...text.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, word]) => word);

const rule = {
  meta: { type: 'problem' },
  create(context) {
    const source = context.sourceCode;
    /** What this file calls the types and the things of these names, where it calls them otherwise. */
    const typeAliases = new Map();
    const thingAliases = new Map();
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
    /** The type that a name stands for, also one of a namespace. */
    const typeOf = (typeName) => {
      const name = typeName?.type === 'TSQualifiedName' ? typeName.right.name : typeName?.name;
      return typeAliases.get(name) ?? name;
    };
    /** The union of which a thing is by its name, or by the name it had before this file gave it another. */
    const unionOfThing = (given) => {
      const node = bare(given);
      const name = node?.type === 'MemberExpression' ? propertyOf(node) : node?.name;
      return thingAliases.get(name) ?? (Object.hasOwn(named, name ?? '') ? named[name] : undefined);
    };
    const isMember = (union, word) => union !== undefined && unions[union].includes(word);
    return {
      ImportSpecifier({ imported, local }) {
        if (imported.name !== local.name) typeAliases.set(local.name, imported.name);
      },
      TSTypeAliasDeclaration({ id, typeAnnotation }) {
        const name = typeOf(typeAnnotation.typeName);
        if (typeNames.has(name)) typeAliases.set(id.name, name);
      },
      'ObjectPattern > Property'({ key, value }) {
        const target = value.type === 'AssignmentPattern' ? value.left : value;
        if (Object.hasOwn(named, key.name ?? '') && target.type === 'Identifier') {
          thingAliases.set(target.name, named[key.name]);
        }
      },
      VariableDeclarator({ id, init }) {
        const union = id.type === 'Identifier' && init ? unionOfThing(init) : undefined;
        if (union !== undefined) thingAliases.set(id.name, union);
      },
      NewExpression(node) {
        const name = typeOf(node.typeArguments?.params[0]?.typeName);
        const isFilled = bare(node.arguments[0])?.type === 'ArrayExpression';
        const isList = node.callee.name === 'Set' || node.callee.name === 'Map';
        if (isList && isFilled && typeNames.has(name)) report(node, name);
      },
      ArrayExpression(node) {
        const words = node.elements.map(literal);
        const union = words.includes(undefined) ? undefined : unionOf(words);
        if (union !== undefined) report(node, union);
      },
      BinaryExpression(node) {
        if (!isEquality(node)) return;
        const { what, word } = sidesOf(node);
        const union = unionOfThing(what);
        if (isMember(union, word)) report(node, union);
      },
      SwitchStatement(node) {
        const words = node.cases.flatMap(({ test }) => literal(test) ?? []);
        const own = unionOfThing(node.discriminant);
        const union = words.some((word) => isMember(own, word)) ? own : unionOf(words);
        if (union !== undefined) report(node.discriminant, union);
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
