// The curriculum, for choosing a course: by its name, which is what a narrow screen has room for, and its way from the top: "Fractions ·
// Kenya › Grade 5 › Mathematics".
import { useEffect, useState } from 'preact/hooks';
import { ask, get, type Node } from './api';

export interface Place {
  id: string;
  name: string;
}

export const readNodes = async (): Promise<Node[]> => (await get<{ nodes: Node[] }>('/curriculum')).nodes;

export function pathOf(nodes: Node[], id: string): string {
  const names: string[] = [];
  for (let at = nodes.find((node) => node.id === id); at && names.length < 8; at = nodes.find((node) => node.id === at?.parent)) names.unshift(at.title);
  return names.join(' › ');
}

export const placesOf = (nodes: Node[]): Place[] =>
  nodes
    .filter((node) => node.kind === 'course')
    .map((node) => ({ id: node.id, name: [node.title, node.parent ? pathOf(nodes, node.parent) : ''].filter(Boolean).join(' · ') }))
    .sort((a, b) => a.name.localeCompare(b.name));

export function usePlaces(): [Node[], () => Promise<void>] {
  const [nodes, setNodes] = useState<Node[]>([]);
  const load = async () => setNodes(await readNodes());
  useEffect(() => void load().catch(() => undefined), []);
  return [nodes, load];
}

export const kKinds = ['country', 'grade', 'subject', 'course'] as const;

export const addNode = async (kind: Node['kind'], title: string, parent: string): Promise<Node> =>
  (await ask<Node>('POST', '/curriculum', { body: { kind, title, ...(parent ? { parent } : {}) } })).value;
