"""Gemma 4 expert routing: the K largest logits of each token, softmaxed and scaled per expert."""
