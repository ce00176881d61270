// Rules of this house that no published plugin holds; their texts say what to write instead.

/** `{ ...{ a, b }, c }` is `{ a, b, c }`: a spread of a literal hides where a line should break. */
const noSpreadOfLiteral = {
  create: (context) => ({
    'ObjectExpression > SpreadElement > ObjectExpression'(node) {
      context.report({ node, message: 'Write these properties out: a literal needs no spread.' });
    },
    'ArrayExpression > SpreadElement > ArrayExpression'(node) {
      context.report({ node, message: 'Write these elements out: a literal needs no spread.' });
    },
  }),
};

/** `#name` keeps a secret out of logs and JSON as well; parameters of a constructor cannot be written so. */
const privateByHash = {
  create(context) {
    const check = (node) => {
      // A constructor has no other spelling.
      if (node.accessibility !== 'private' || node.kind === 'constructor') return;
      context.report({ node: node.key, message: 'Private members are written `#name`.' });
    };
    return { PropertyDefinition: check, MethodDefinition: check };
  },
};

const isScalar = (node) => {
  if (node === null || node === undefined) return false;
  if (node.type === 'Literal') return typeof node.value === 'number';
  if (node.type === 'UnaryExpression') return isScalar(node.argument);
  if (node.type === 'BinaryExpression') return isScalar(node.left) && isScalar(node.right);
  if (node.type === 'Identifier') return /^[A-Z][A-Z0-9_]*$/.test(node.name);
  if (node.type === 'MemberExpression' && !node.computed) return node.property.name === 'length';
  return false;
};

/** Numbers that a module names are UPPER_CASE with their unit last; everything else is camelCase. */
const constantNames = {
  create: (context) => ({
    'Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration'(node) {
      if (node.kind !== 'const') return;
      for (const { id, init } of node.declarations) {
        if (id.type !== 'Identifier') continue;
        const isUpper = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(id.name);
        if (isScalar(init) && !isUpper)
          context.report({
            node: id,
            message: 'A number that a module names is UPPER_CASE, its unit last.',
          });
        if (!isScalar(init) && isUpper)
          context.report({ node: id, message: 'Only numbers are UPPER_CASE: this is camelCase.' });
      }
    },
  }),
};

const spelledDurations = new Map([
  [86_400_000, 'DAY_MS'],
  [3_600_000, 'HOUR_MS'],
]);

/** The number a literal factor is; undefined for everything else. */
const numberOf = (node) =>
  node.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined;

/** The factors of a product, however it is bracketed. */
const factorsOf = (node) =>
  node.type === 'BinaryExpression' && node.operator === '*'
    ? [...factorsOf(node.left), ...factorsOf(node.right)]
    : [node];

const isProduct = (node) => node?.type === 'BinaryExpression' && node.operator === '*';

/** Of `24 * 60 * 60 * 1000` and its like: at least two factors that turn one unit of time into another. */
const turnsUnits = (numbers) =>
  numbers.filter((one) => [24, 60, 1_000, 3_600, 60_000].includes(one)).length >= 2;

/** A day's and an hour's length stand in one place: packages/contracts/src/spans.ts. */
const noSpelledDurations = {
  create(context) {
    /** What this file calls HOUR_MS, where it calls it otherwise. */
    const hours = new Set(['HOUR_MS']);
    const report = (node, name) =>
      context.report({ node, message: `This is ${name} of @tact/contracts.` });
    return {
      ImportSpecifier({ imported, local }) {
        if (imported.name === 'HOUR_MS') hours.add(local.name);
      },
      Literal(node) {
        const name = spelledDurations.get(node.value);
        if (name !== undefined) report(node, name);
      },
      BinaryExpression(node) {
        if (!isProduct(node) || isProduct(node.parent)) return;
        const factors = factorsOf(node);
        const numbers = factors.map(numberOf).filter((one) => one !== undefined);
        const ms = numbers.reduce((product, one) => product * one, 1);
        if (numbers.includes(24) && factors.some(({ name }) => hours.has(name))) {
          report(node, 'DAY_MS');
        } else if (turnsUnits(numbers) && ms % 3_600_000 === 0) {
          report(node, ms % 86_400_000 === 0 ? 'a number of DAY_MS' : 'a number of HOUR_MS');
        }
      },
    };
  },
};

/** Functions are arrow constants. What an arrow cannot be stays a function: generators, overloads, a `this`. */
const functionStyle = {
  create: (context) => ({
    FunctionDeclaration(node) {
      const needsThis = node.params.some(({ name }) => name === 'this');
      const siblings = (
        node.parent.type === 'ExportNamedDeclaration' ? node.parent.parent : node.parent
      ).body;
      const hasOverload = siblings.some((one) => {
        const declared = one.declaration ?? one;
        return declared.type === 'TSDeclareFunction' && declared.id.name === node.id.name;
      });
      if (node.generator || needsThis || hasOverload) return;
      context.report({
        node: node.id,
        message: 'Functions are arrow constants: `const name = (...) => ...`.',
      });
    },
    VariableDeclarator({ init }) {
      if (init?.type !== 'FunctionExpression' || init.generator) return;
      if (init.params.some(({ name }) => name === 'this')) return;
      context.report({ node: init, message: 'Functions are arrow constants: no `function` here.' });
    },
  }),
};

export default {
  meta: { name: 'style' },
  rules: {
    'no-spread-of-literal': noSpreadOfLiteral,
    'private-by-hash': privateByHash,
    'constant-names': constantNames,
    'function-style': functionStyle,
    'no-spelled-durations': noSpelledDurations,
  },
};
