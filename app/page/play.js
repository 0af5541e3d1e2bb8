// The play view.

export function mount() {}
