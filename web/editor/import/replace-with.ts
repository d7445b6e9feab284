/** Replaces a node by others. `Element.replaceWith` throws for more nodes than a call has arguments. */
export function replaceWith(node: ChildNode, nodes: Iterable<Node>): void {
  node.replaceWith(fragmentOf(nodes));
}

/** Moves nodes into a fragment, to be inserted elsewhere. */
export function fragmentOf(nodes: Iterable<Node>): DocumentFragment {
  const fragment = document.createDocumentFragment();
  // A copy, because a list of children changes while they are moved.
  for (const node of [...nodes]) fragment.append(node);
  return fragment;
}
