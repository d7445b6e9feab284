/** A choice of one of several options, which are shown side by side. */
interface SegmentedChoice<Value extends string> {
  readonly legend: string;
  /** The name that the radio buttons share. */
  readonly name: string;
  /** Each value with its label. */
  readonly options: readonly (readonly [Value, string])[];
  onChoose(value: Value): void;
}

/**
 * Fills a `<fieldset class="segments">` with radio buttons that look like one divided button. Returns
 * a function that shows a value as chosen.
 */
export function fillSegments<Value extends string>(
  fieldset: HTMLElement,
  { legend, name, options, onChoose }: SegmentedChoice<Value>,
): (value: Value) => void {
  const title = document.createElement('legend');
  title.textContent = legend;
  fieldset.append(title);
  const radios = options.map(([value, text]) => {
    const radio = document.createElement('input');
    radio.type = 'radio';
    radio.name = name;
    radio.value = value;
    radio.addEventListener('change', () => onChoose(value));
    const words = document.createElement('span');
    words.textContent = text;
    const label = document.createElement('label');
    label.append(radio, words);
    fieldset.append(label);
    return radio;
  });
  return (value) => {
    for (const radio of radios) radio.checked = radio.value === value;
  };
}
