curl --request POST \
  --url https://example.com/v1/background-swap-with-image \
  --header 'Authorization: Bearer <token>' \
  --header 'Content-Type: application/json' \
  --data '{ "source_image_s3_key": "example", "source_render_public_id": "example", "background_image_public_id": "example", "output_preset": "example", "pilot_brand": "example" }'
