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

/** A day's and an hour's length stand in one place: packages/contracts/src/spans.ts. */
const noSpelledDurations = {
  create: (context) => ({
    Literal(node) {
      const name = spelledDurations.get(node.value);
      if (name === undefined) return;
      context.report({ node, message: `This is ${name} of @tact/contracts.` });
    },
    BinaryExpression({ operator, left, right }) {
      const factor = left.type === 'BinaryExpression' ? left.right : left;
      if (operator !== '*' || right.name !== 'HOUR_MS' || factor.value !== 24) return;
      context.report({ node: right, message: 'This is DAY_MS of @tact/contracts.' });
    },
  }),
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
