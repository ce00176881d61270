// Whatever a process remembers longer than a call is declared in the registry of stores, or says in `held-memory.mjs` why
// no person lies there: an erasure must reach every copy, and a cache that nobody knows of is one.
import { relative, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { heldMemory } from './held-memory.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Says all of them, for the test that none is listed in vain. */
const known = process.env.TACT_HELD_MEMORY === 'none' ? {} : heldMemory;
const growing = new Set(['Map', 'Set']);
const wrappers = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);
const bare = (node) => (wrappers.has(node?.type) ? bare(node.expression) : node);

const isGrowing = (given) => {
  const node = bare(given);
  return node?.type === 'NewExpression' && growing.has(node.callee.name);
};
const isEmpty = (given) => (bare(given).arguments ?? []).length === 0;
const nameOf = (key) => (key.type === 'PrivateIdentifier' ? `#${key.name}` : key.name);

const message =
  'Declare it by memoryOfPersons or memoryOfNobody, or say in tools/held-memory.mjs why no person lies there.';

const declaredMemory = {
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    const check = (node, name, value) => {
      if (!isGrowing(value) || Object.hasOwn(known, `${file} ${name}`)) return;
      context.report({ node, message: `${name} is kept longer than a call. ${message}` });
    };
    return {
      ImportDeclaration(node) {
        if (node.source.value !== 'lru-cache' || node.importKind === 'type') return;
        if (file === 'packages/platform/src/stores/memory.ts') return;
        if (Object.hasOwn(known, `${file} lru-cache`)) return;
        context.report({ node, message: `An LRU cache is a memory. ${message}` });
      },
      PropertyDefinition({ key, value }) {
        if (value) check(key, nameOf(key), value);
      },
      AssignmentExpression({ left, right }) {
        if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') return;
        check(left, nameOf(left.property), right);
      },
      // What is made of something may be looked up in; what begins empty is there to be filled.
      'Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration'(
        node,
      ) {
        for (const { id, init } of node.declarations) {
          if (init && isGrowing(init) && isEmpty(init)) check(id, id.name, init);
        }
      },
    };
  },
};

export default {
  meta: { name: 'stores' },
  rules: { 'declared-memory': declaredMemory },
};
