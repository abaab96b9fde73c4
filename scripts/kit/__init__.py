"""The house kit: small models of our own, trained on speech and dialogues that scripts make.

They prove that the whole road works for meaning, offline and on a fresh machine; nobody is told to live with
them. What makes data and what packs models runs in the project's environment; only the training needs torch.
"""
