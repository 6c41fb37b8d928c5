"""Whisper models with random weights in the layout of CTranslate2, small enough for a test.

CTranslate2's own converter writes them from a network of transformers, so what reads them is the
code that reads published models. What they recognise means nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

_SPECIAL = [
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>",
    "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
]  # fmt: skip
"""The special tokens of OpenAI's multilingual models, with two of their languages."""
_TIMES = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]


def write_whisper(folder: Path) -> Path:
    """Write a model of one layer into a new folder, and return that; skip without the extra."""
    pytest.importorskip("faster_whisper", reason="needs shotlog[speech]")
    from ctranslate2.converters.transformers import WhisperLoader
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = [*letters, *_SPECIAL, *_TIMES]
    torch.manual_seed(1)
    shape = WhisperConfig(
        vocab_size=len(vocabulary), d_model=32, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=1, decoder_attention_heads=1, encoder_ffn_dim=32,
        decoder_ffn_dim=32, pad_token_id=0, bos_token_id=0, eos_token_id=0,
        decoder_start_token_id=0,
    )  # fmt: skip
    network = WhisperForConditionalGeneration(shape)
    spec = WhisperLoader().get_model_spec(network.eval())
    spec.register_vocabulary(vocabulary)
    spec.config.lang_ids = [vocabulary.index("<|en|>"), vocabulary.index("<|de|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.config.suppress_ids = spec.config.suppress_ids_begin = []
    spec.validate()
    folder.mkdir()
    spec.save(str(folder))
    tokenizer = Tokenizer(
        models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[])
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _SPECIAL])
    tokenizer.add_tokens([AddedToken(token, special=True) for token in _TIMES])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
