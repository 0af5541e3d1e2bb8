// Let the visitor choose among the models of the service; documents fire "model" when another one was chosen.

import { element } from "./elements.js";
import * as service from "./service.js";

export async function offerModels() {
  const { models } = await service.models();
  if (models.length < 2) return;
  const select = element("model");
  select.append(...models.map(({ name, is_default: isDefault }) => new Option(name, name, isDefault, isDefault)));
  select.onchange = () => {
    service.chooseModel(select.value);
    document.dispatchEvent(new Event("model"));
  };
  element("model-choice").hidden = false;
}
