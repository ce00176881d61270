import { describe, expect, test } from '@jest/globals';
import { erased } from '@tact/contracts';
import * as fc from 'fast-check';
import {
  cutOut,
  locateAll,
  outermost,
  pathOf,
  pointerOf,
  putBack,
  putErased,
} from './personal-fields.ts';

const find = (data: object, ...paths: string[]) =>
  locateAll(data, outermost(paths.map((path) => path.split('.')))).map(pointerOf);

describe('where personal values are', () => {
  test('only present values are found', () => {
    const data = { identities: { phone: '1', email: undefined }, note: null };
    expect(find(data, 'identities.phone', 'identities.email', 'note', 'absent.deep')).toEqual([
      '/identities/phone',
      '/note',
    ]);
  });

  test('items of a list are found one by one, a record is taken whole with its keys', () => {
    const data = {
      people: [{ name: 'a', role: 'x' }, { role: 'y' }],
      notes: { 'Jean Dupont': 'b' },
    };
    expect(find(data, 'people.*.name', 'notes.*')).toEqual(['/people/0/name', '/notes']);
  });

  test('a field inside a sealed object is not sealed twice', () => {
    expect(find({ a: { b: '1' } }, 'a.b', 'a')).toEqual(['/a']);
    expect(find({ notes: { x: { by: '1', at: '2' } } }, 'notes.*.by', 'notes.*.at')).toEqual([
      '/notes',
    ]);
  });

  test('an erased value is not personal any more', () => {
    expect(find({ name: erased }, 'name')).toEqual([]);
  });

  test('pointers survive any field name', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (path) => {
        expect(pathOf(pointerOf(path))).toEqual(path);
      }),
    );
  });
});

describe('cutting out and putting back', () => {
  const data = { id: 1, person: { name: 'Jean', age: 3 }, tags: ['a', 'b'] };
  const paths = [
    ['person', 'name'],
    ['tags', '1'],
  ];

  test('leaves the rest, and the caller’s object untouched', () => {
    const before = structuredClone(data);
    const { clear, values } = cutOut(data, paths);
    expect(clear).toEqual({ id: 1, person: { age: 3 }, tags: ['a', null] });
    expect(values).toEqual(['Jean', 'b']);
    expect(putBack(clear, paths, values)).toEqual(data);
    expect(data).toEqual(before);
  });

  test('erased fields read as the typed value, each in its place', () => {
    const { clear } = cutOut(data, paths);
    expect(putErased(clear, paths)).toEqual({
      id: 1,
      person: { age: 3, name: erased },
      tags: ['a', erased],
    });
  });

  test('a stored path cannot reach the prototype of objects', () => {
    putBack({}, [['__proto__', 'polluted'], ['__proto__']], ['x', 'y']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
