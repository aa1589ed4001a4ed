"""Completions: what a model is asked, and what is made of its answer. Pure.

The front door is `request.build_request(snapshot, model, context)`. The folders follow the stages
of a completion (`answer.Stage`):

- `prompt/`: the model's own fill-in-the-middle format, and the text that fits into its window;
- `context/`: snippets of other open files. `file_index` knows each of them, `sticky_context`
  decides when snippets are chosen again, and `select` chooses;
- `postprocess/`: the stages that turn the model's stream into a suggestion. Their order is
  `pipeline.AnswerPipeline.finish`;
- `filter/`: whether a suggestion is shown, and what became of those that were;
- `timing/`: how long a request waits for the next key.

`cache` finds answers that are known already, and `route` chooses the model.
"""
